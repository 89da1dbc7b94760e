# Toolchain of the shipped linux-arm64 helper, for an x86_64 machine with g++-aarch64-linux-gnu. The C library and the
# other packages of that architecture are those that scripts/static-deps unpacked into a folder of their own.
set(CI_OPTIMIZER_ARCHITECTURE aarch64)
set(CI_OPTIMIZER_STATIC_DEPS_FOLDER static-deps-arm64)
include(${CMAKE_CURRENT_LIST_DIR}/static-toolchain.cmake)

set(CMAKE_SYSROOT ${CI_OPTIMIZER_STATIC_DEPS}/sysroot)
# The cross compiler brings an older C library along, which it would look into first.
set(CMAKE_EXE_LINKER_FLAGS_INIT -B${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})

# Nothing of the build machine but its programs.
set(CMAKE_FIND_ROOT_PATH ${CI_OPTIMIZER_STATIC_DEPS})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${CI_OPTIMIZER_STATIC_DEPS}/lib/pkgconfig)
