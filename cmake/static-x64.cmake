# Toolchain of the shipped linux-x64 helper: Debian's compiler for this machine, the archives of scripts/static-deps.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER x86_64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE x86_64-linux-gnu)

set(CI_OPTIMIZER_STATIC_DEPS ${CMAKE_CURRENT_LIST_DIR}/../build/static-deps CACHE PATH "Where scripts/static-deps built")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CI_OPTIMIZER_STATIC_DEPS)
list(PREPEND CMAKE_PREFIX_PATH ${CI_OPTIMIZER_STATIC_DEPS})

# One section a function and object, so that the linker drops what is unused.
set(CMAKE_CXX_FLAGS_INIT "-ffunction-sections -fdata-sections")
# A static program has no use for library paths, least of all those of the build machine.
set(CMAKE_SKIP_RPATH ON)
