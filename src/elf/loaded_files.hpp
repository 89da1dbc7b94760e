#pragma once
// ELF files below a root, each read once.
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "elf/elf_file.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::elf {

// Safe to share between threads.
class LoadedFiles {
 public:
  // Error: io.
  static base::Result<LoadedFiles> open(const std::filesystem::path& root);
  LoadedFiles(LoadedFiles&& other) noexcept : root_(std::move(other.root_)), real_(other.real_) {}

  // Returns the ELF file at `path`, which begins with a slash, links followed below the root; nullptr when there is
  // none that the loader would take. Valid as long as this object.
  const ElfFile* at(const std::string& path);

  // Returns the contents of the file at `path`; "" when it cannot be read.
  [[nodiscard]] std::string contents(const std::string& path) const;

 private:
  enum class Root { real, other };  // "/" itself needs no help of the kernel's
  LoadedFiles(platform::FileDescriptor root, Root real) : root_(std::move(root)), real_(real) {}
  [[nodiscard]] platform::FileDescriptor open_file(const std::string& path) const;

  platform::FileDescriptor root_;
  Root real_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::optional<ElfFile>> files_;  // values never move
};

}  // namespace ci::elf
