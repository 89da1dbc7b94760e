# Toolchain of the shipped linux-x64 helper.
set(CI_OPTIMIZER_ARCHITECTURE x86_64)
set(CI_OPTIMIZER_STATIC_DEPS_FOLDER static-deps)
include(${CMAKE_CURRENT_LIST_DIR}/static-toolchain.cmake)
