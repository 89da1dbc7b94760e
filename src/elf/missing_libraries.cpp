#include "elf/missing_libraries.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <set>
#include <string_view>
#include <thread>
#include <unordered_set>

#include "base/text.hpp"
#include "elf/library_cache.hpp"
#include "elf/loaded_files.hpp"

namespace ci::elf {
namespace {

// Debian's name of an architecture in paths (multiarch tuple).
struct Tuple {
  Target target;
  std::string_view name;
};

constexpr auto kTuples = std::to_array<Tuple>({
    {{EM_X86_64, ELFCLASS64}, "x86_64-linux-gnu"},
    {{EM_AARCH64, ELFCLASS64}, "aarch64-linux-gnu"},
    {{EM_386, ELFCLASS32}, "i386-linux-gnu"},
    {{EM_X86_64, ELFCLASS32}, "x86_64-linux-gnux32"},
    {{EM_ARM, ELFCLASS32}, "arm-linux-gnueabihf"},
    {{EM_ARM, ELFCLASS32}, "arm-linux-gnueabi"},
    {{EM_RISCV, ELFCLASS64}, "riscv64-linux-gnu"},
    {{EM_PPC64, ELFCLASS64}, "powerpc64le-linux-gnu"},
});

// The folders that the loader searches without being told to.
std::vector<std::string> default_folders(const Target& target) {
  std::vector<std::string> folders;
  for (const auto& tuple : kTuples) {
    if (tuple.target != target) continue;
    folders.push_back("/lib/" + std::string(tuple.name));
    folders.push_back("/usr/lib/" + std::string(tuple.name));
  }
  const char* width = target.file_class == ELFCLASS64 ? "64" : "32";
  for (const char* folder : {"/lib", "/usr/lib"}) folders.emplace_back(folder);
  for (const char* folder : {"/lib", "/usr/lib"}) folders.push_back(std::string(folder) + width);
  return folders;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A file that is being loaded, and for which other.
struct Loaded {
  const ElfFile* file;
  std::string path;
  std::size_t loader;  // index of the file that needed it; its own index for the first
};

class Search {
 public:
  Search(LoadedFiles& files, const LibraryCache& cache) : files_(files), cache_(cache) {}

  // Loads `path` and what it needs; adds what is not found to `missing`.
  void load(const std::string& path, std::set<MissingLibrary>& missing) {
    const auto* first = files_.at(path);
    if (first == nullptr) return;
    if (!first->interpreter.empty() && files_.at(first->interpreter) == nullptr) {
      missing.insert({path, first->interpreter});
    }
    std::vector<Loaded> loaded{{first, path, 0}};
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < loaded.size(); ++i) {
      for (const auto& name : loaded[i].file->needed) {
        if (!names.insert(name).second) continue;
        const auto found = find(name, loaded, i);
        const auto* file = found.empty() ? nullptr : files_.at(found);
        if (file == nullptr) {
          names.erase(name);  // whoever else needs it lacks it too
          missing.insert({loaded[i].path, name});
          continue;
        }
        if (!file->soname.empty()) names.insert(file->soname);
        loaded.push_back({file, found, i});
      }
    }
  }

 private:
  // The path of the library that the file at `index` needs; "" when there is none.
  std::string find(const std::string& name, const std::vector<Loaded>& loaded, std::size_t index) {
    const auto& target = loaded.front().file->target;
    if (name.find('/') != std::string::npos) return fits(name, target) ? name : "";
    const auto& self = loaded[index];
    if (self.file->runpath.empty()) {
      for (std::size_t i = index;; i = loaded[i].loader) {
        const bool counts = loaded[i].file->runpath.empty();
        auto found = counts ? in_folders(loaded[i].file->rpath, loaded[i].path, name, target) : "";
        if (!found.empty()) return found;
        if (i == loaded[i].loader) break;
      }
    } else if (auto found = in_folders(self.file->runpath, self.path, name, target); !found.empty()) {
      return found;
    }
    return everywhere(name, target);
  }

  // In the cache and the default folders: the same for every file of one architecture.
  std::string everywhere(const std::string& name, const Target& target) {
    auto& known = known_[{target.machine, target.file_class}];
    const auto [entry, fresh] = known.emplace(name, "");
    if (!fresh) return entry->second;
    const auto cached = cache_.find(name);
    if (cached != cache_.end()) {
      for (const auto& path : cached->second) {
        if (fits(path, target)) return entry->second = path;
      }
    }
    for (const auto& folder : default_folders(target)) {
      auto path = fmt::format("{}/{}", folder, name);
      if (fits(path, target)) return entry->second = std::move(path);
    }
    return "";
  }

  std::string in_folders(const std::string& list, const std::string& of, const std::string& name,
                         const Target& target) {
    if (list.empty()) return "";
    for (auto folder : base::split(list, ':')) {
      for (const char* origin : {"$ORIGIN", "${ORIGIN}"}) folder = base::replace_all(folder, origin, folder_of(of));
      if (!folder.starts_with('/')) continue;
      auto path = fmt::format("{}/{}", folder, name);
      if (fits(path, target)) return path;
    }
    return "";
  }

  bool fits(const std::string& path, const Target& target) {
    const auto* file = files_.at(path);
    return file != nullptr && file->target == target;
  }

  LoadedFiles& files_;
  const LibraryCache& cache_;
  std::map<std::pair<std::uint16_t, std::uint8_t>, std::unordered_map<std::string, std::string>> known_;
};

// Reads all of `paths` with every core: most of the time is the kernel's.
void read_ahead(LoadedFiles& files, const std::vector<std::string>& paths) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < paths.size(); i = next++) (void)files.at(paths[i]);
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  work();
}

}  // namespace

base::Result<std::vector<MissingLibrary>> find_missing_libraries(const std::filesystem::path& root,
                                                                 const std::vector<std::string>& paths) {
  auto files = LoadedFiles::open(root);
  if (!files) return base::fail(files.error());
  read_ahead(*files, paths);
  const auto cache = read_library_cache(files->contents("/etc/ld.so.cache"));
  Search search(*files, cache);
  std::set<MissingLibrary> missing;
  for (const auto& path : paths) search.load(path, missing);
  return std::vector<MissingLibrary>(missing.begin(), missing.end());
}

}  // namespace ci::elf
