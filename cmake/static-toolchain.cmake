# What the toolchains of the shipped helpers share. Set before: CI_OPTIMIZER_ARCHITECTURE (x86_64, aarch64), and the
# folder below build/ where scripts/static-deps built the archives for it.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CI_OPTIMIZER_ARCHITECTURE})
set(CMAKE_C_COMPILER ${CI_OPTIMIZER_ARCHITECTURE}-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER ${CI_OPTIMIZER_ARCHITECTURE}-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE ${CI_OPTIMIZER_ARCHITECTURE}-linux-gnu)

set(CI_OPTIMIZER_STATIC_DEPS ${CMAKE_CURRENT_LIST_DIR}/../build/${CI_OPTIMIZER_STATIC_DEPS_FOLDER}
    CACHE PATH "Where scripts/static-deps built")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CI_OPTIMIZER_STATIC_DEPS)
list(PREPEND CMAKE_PREFIX_PATH ${CI_OPTIMIZER_STATIC_DEPS})

# One section a function and object, so that the linker drops what is unused.
set(CMAKE_CXX_FLAGS_INIT "-ffunction-sections -fdata-sections")
# A static program has no use for library paths, least of all those of the build machine.
set(CMAKE_SKIP_RPATH ON)
