#pragma once
// What the dynamic loader reads of a program or shared library (elf(5), the System V gABI).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ci::elf {

// Libraries of another architecture, class or byte order are passed over by the loader.
struct Target {
  std::uint16_t machine = 0;    // e_machine
  std::uint8_t file_class = 0;  // ELFCLASS32 or ELFCLASS64
  friend bool operator==(const Target&, const Target&) = default;
};

struct ElfFile {
  Target target;
  std::string interpreter;          // of a program: its loader; "" of a library
  std::string soname;               // of a library that has one
  std::vector<std::string> needed;  // names of libraries, in their order
  std::string rpath;                // folders with colons between, also for libraries that are loaded for this one
  std::string runpath;              // the same for this file alone; with it `rpath` counts for nothing
};

// Reads what concerns the loader from the file `descriptor`. Nothing when it is no ELF file that is loaded: another
// format, an object file, statically linked, or of the other byte order. What is damaged counts as that. Error: io.
base::Result<std::optional<ElfFile>> read_elf(int descriptor);

}  // namespace ci::elf
