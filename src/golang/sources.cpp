#include "golang/sources.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <unordered_map>

#include "cache/directory_entries.hpp"
#include "cache/parallel_digests.hpp"
#include "golang/embed.hpp"
#include "platform/cores.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::golang {
namespace {

using base::Result;

// pkg.go.dev/go/build#Package; for cgo also what a linker may be given.
constexpr std::array<std::string_view, 3> kAlways = {".go", ".s", ".syso"};
constexpr std::array<std::string_view, 20> kWithC = {".c",   ".cc",   ".cpp",     ".cxx", ".m",   ".h",   ".hh",
                                                     ".hpp", ".hxx",  ".f",       ".F",   ".for", ".f90", ".S",
                                                     ".sx",  ".swig", ".swigcxx", ".a",   ".o",   ".so"};

template <std::size_t kCount>
bool ends_in(std::string_view name, const std::array<std::string_view, kCount>& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

enum class Type { file, folder, other, nothing };

Type type_of(const std::string& path, unsigned char told) {
  if (told == DT_REG) return Type::file;
  if (told == DT_DIR) return Type::folder;
  struct stat status {};
  if (told == DT_UNKNOWN) {
    if (::lstat(path.c_str(), &status) != 0) return Type::nothing;
    if (S_ISDIR(status.st_mode)) return Type::folder;
    if (!S_ISLNK(status.st_mode)) return S_ISREG(status.st_mode) ? Type::file : Type::other;
  } else if (told != DT_LNK) {
    return Type::other;
  }
  if (::stat(path.c_str(), &status) != 0) return Type::nothing;
  return S_ISREG(status.st_mode) ? Type::file : Type::other;
}

class Walk {
 public:
  Walk(CSources c_sources, const platform::Platform& platform)
      : c_sources_(c_sources),
        cancellation_(platform.cancellation),
        digests_(platform::usable_cores(), platform.cancellation) {}

  Result<void> add(const SourceFolder& folder) { return enter(folder.path.string() + "/", folder.name, Depth::top); }

  Result<std::vector<key::Fact>> finish() {
    auto digested = digests_.finish();
    if (!digested) return base::fail(digested.error());
    for (const auto& one : *digested) {
      if (one.is_directory) continue;
      facts_.push_back({names_.at(one.file.path), base::hex(one.digest)});
    }
    return std::move(facts_);
  }

 private:
  enum class Depth { top, below };

  // `path` and `name` of a folder end in "/" (the name of the main module's is "").
  Result<void> enter(const std::string& path, const std::string& name, Depth depth) {
    if (cancellation_.signal() != 0) return base::fail(base::ErrorKind::cancelled, "interrupted");
    cache::DirectoryEntries entries;
    if (const int error = entries.read(path); error != 0) {
      return base::fail(platform::system_error("cannot read the folder", path, error));
    }
    const auto& all = entries.all();
    const bool own_module =
        std::any_of(all.begin(), all.end(), [](const auto& entry) { return entry.name == "go.mod"; });
    if (depth == Depth::below && own_module) return {};
    std::vector<std::string> folders;
    for (const auto& entry : all) {
      if (entry.type == DT_DIR || entry.type == DT_UNKNOWN || is_source(entry.name, name)) {
        const std::string below = path + std::string(entry.name);
        const auto type = type_of(below, entry.type);
        if (type == Type::folder) {
          if (entry.name.front() != '.') folders.emplace_back(entry.name);
        } else if (is_source(entry.name, name)) {
          if (auto added = add_source(path, name, std::string(entry.name), type); !added) return added;
        }
      }
    }
    for (const auto& folder : folders) {
      if (auto entered = enter(path + folder + "/", name + folder + "/", Depth::below); !entered) return entered;
    }
    return {};
  }

  [[nodiscard]] bool is_source(std::string_view file, std::string_view folder) const {
    // The go command passes over such files.
    if (file.front() == '.' || file.front() == '_') return false;
    if (ends_in(file, kAlways)) return true;
    if (c_sources_ == CSources::take && ends_in(file, kWithC)) return true;
    return file == "modules.txt" && (folder == "vendor/" || folder.ends_with("/vendor/"));
  }

  Result<void> add_source(const std::string& path, const std::string& name, const std::string& file, Type type) {
    if (type == Type::other) return {};
    if (type == Type::nothing) {
      facts_.push_back({name + file, "leads nowhere"});
      return {};
    }
    if (auto added = add_file(path + file, name + file); !added) return added;
    if (!file.ends_with(".go")) return {};
    const auto source = platform::read_file(path + file);
    if (!source) return base::fail(source.error());
    for (const auto& pattern : embed_patterns(*source)) {
      for (const auto& embedded : embedded_files(path, pattern)) {
        if (auto added = add_file(path + embedded, name + embedded); !added) return added;
      }
    }
    return {};
  }

  // Each file once, however many patterns embed it.
  Result<void> add_file(const std::string& path, const std::string& name) {
    if (digests_.failed()) return base::fail(digests_.finish().error());
    if (!names_.emplace(path, name).second) return {};
    if (names_.size() > kMostSources) {
      return base::fail(base::ErrorKind::data,
                        fmt::format("more than {} source files: is this the folder of a module?", kMostSources));
    }
    digests_.add({path, false});
    return {};
  }

  CSources c_sources_;
  const platform::Cancellation& cancellation_;
  cache::ParallelDigests digests_;
  std::unordered_map<std::string, std::string> names_;  // by path
  std::vector<key::Fact> facts_;
};

}  // namespace

Result<std::vector<key::Fact>> source_files(const std::vector<SourceFolder>& folders, CSources c_sources,
                                            const platform::Platform& platform) {
  Walk walk(c_sources, platform);
  for (const auto& folder : folders) {
    if (auto added = walk.add(folder); !added) return base::fail(added.error());
  }
  return walk.finish();
}

}  // namespace ci::golang
