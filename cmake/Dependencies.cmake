# Every outside library under one alias, dep::NAME, whatever way it was found: Debian's shared libraries for
# development, the archives that scripts/static-deps builds for the shipped helper.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

function(ci_dependency name)
  add_library(dep_${name} INTERFACE)
  add_library(dep::${name} ALIAS dep_${name})
  target_link_libraries(dep_${name} INTERFACE ${ARGN})
endfunction()

# Headers of others are not ours to warn about.
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
ci_dependency(rapidjson)
target_include_directories(dep_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})

find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
ci_dependency(cli11)
target_include_directories(dep_cli11 SYSTEM INTERFACE ${CLI11_INCLUDE_DIR})

find_package(fmt REQUIRED)
ci_dependency(fmt fmt::fmt-header-only)

find_path(EXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)
ci_dependency(expected)
target_include_directories(dep_expected SYSTEM INTERFACE ${EXPECTED_INCLUDE_DIR})

if(CI_OPTIMIZER_STATIC)
  set(OPENSSL_USE_STATIC_LIBS ON)
  pkg_check_modules(CURL REQUIRED libcurl)
  ci_dependency(curl ${CURL_STATIC_LIBRARIES} Threads::Threads)
  target_include_directories(dep_curl SYSTEM INTERFACE ${CURL_STATIC_INCLUDE_DIRS})
  target_link_directories(dep_curl INTERFACE ${CURL_STATIC_LIBRARY_DIRS})
  pkg_check_modules(YAML_CPP REQUIRED yaml-cpp)
  ci_dependency(yaml_cpp ${YAML_CPP_STATIC_LIBRARIES})
  target_include_directories(dep_yaml_cpp SYSTEM INTERFACE ${YAML_CPP_STATIC_INCLUDE_DIRS})
  target_link_directories(dep_yaml_cpp INTERFACE ${YAML_CPP_STATIC_LIBRARY_DIRS})
else()
  find_package(CURL REQUIRED)
  ci_dependency(curl CURL::libcurl)
  find_package(yaml-cpp REQUIRED)
  ci_dependency(yaml_cpp yaml-cpp)
endif()

find_package(OpenSSL REQUIRED)
ci_dependency(crypto OpenSSL::Crypto)

# Libraries without a package description that CMake knows. scripts/static-deps builds a liblzma newer than Debian's,
# which decompresses faster.
if(CI_OPTIMIZER_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
function(ci_plain_library name library)
  find_path(${name}_INCLUDE_DIR ${name}.h REQUIRED)
  find_library(${name}_LIBRARY ${library} REQUIRED)
  ci_dependency(${name} ${${name}_LIBRARY})
  target_include_directories(dep_${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
endfunction()
ci_plain_library(lzma lzma)
ci_plain_library(zlib z)
ci_plain_library(zstd zstd)
ci_plain_library(expat expat)
ci_plain_library(sqlite3 sqlite3)

# Debian keeps the headers in a folder of their own. Of the shipped helper, scripts/static-deps builds the archive.
find_path(POSTGRES_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_library(POSTGRES_LIBRARY pq REQUIRED)
ci_dependency(postgres ${POSTGRES_LIBRARY})
target_include_directories(dep_postgres SYSTEM INTERFACE ${POSTGRES_INCLUDE_DIR})
if(CI_OPTIMIZER_STATIC)
  target_link_libraries(dep_postgres INTERFACE OpenSSL::SSL OpenSSL::Crypto)
endif()
