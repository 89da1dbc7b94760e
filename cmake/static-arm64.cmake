# Toolchain of a linux-arm64 helper. Needs crossbuild-essential-arm64, the :arm64 packages of the libraries, and archives
# built for arm64 in build/static-deps-arm64; scripts/static-deps builds for the machine's own architecture only.
set(CI_OPTIMIZER_ARCHITECTURE aarch64)
set(CI_OPTIMIZER_STATIC_DEPS_FOLDER static-deps-arm64)
include(${CMAKE_CURRENT_LIST_DIR}/static-toolchain.cmake)
