# One interface target, ci_standard, carries the language level, the warnings and the hardening of every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# On in the presets that we develop with; a user's newer compiler may warn of what ours does not.
option(CI_OPTIMIZER_WERROR "Make every warning an error" OFF)

add_library(ci_standard INTERFACE)
target_include_directories(ci_standard INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(ci_standard INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  $<$<BOOL:${CI_OPTIMIZER_WERROR}>:-Werror>
  -fstack-protector-strong -fPIE
  $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>
  # Paths of the build machine do not belong in the binary.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
# GCC 12 warns of its own std::string (gcc.gnu.org/PR105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(ci_standard INTERFACE -Wno-restrict)
endif()
target_compile_definitions(ci_standard INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(ci_standard INTERFACE -Wl,-z,relro,-z,now)

set(CI_OPTIMIZER_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined or thread")
if(CI_OPTIMIZER_SANITIZE)
  target_compile_options(ci_standard INTERFACE -fsanitize=${CI_OPTIMIZER_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(ci_standard INTERFACE -fsanitize=${CI_OPTIMIZER_SANITIZE})
endif()

# ci_library(NAME source...): one static library a folder of src/.
function(ci_library name)
  add_library(ci_${name} STATIC ${ARGN})
  target_link_libraries(ci_${name} PUBLIC ci_standard)
endfunction()
