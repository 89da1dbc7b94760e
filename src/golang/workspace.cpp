#include "golang/workspace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "golang/go_sum.hpp"
#include "golang/module_file.hpp"
#include "golang/toolchain.hpp"
#include "platform/filesystem.hpp"

namespace ci::golang {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr std::size_t kLongestFile = std::size_t{16} << 20;
constexpr char kNone[] = "none";

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

class Reader {
 public:
  explicit Reader(const fs::path& folder) { workspace_.folder = folder; }

  // A folder with its go.mod and go.sum. `why` is what names it.
  Result<void> add_module(const fs::path& folder, const std::string& why) {
    std::error_code error;
    const auto real = fs::canonical(folder, error);
    if (error || !is_file(real / "go.mod")) {
      return base::fail(base::ErrorKind::data, fmt::format("{}: there is no go.mod in {}", why, folder.string()));
    }
    for (const auto& known : workspace_.folders) {
      if (known.path == real) return {};
    }
    auto name = real.lexically_relative(workspace_.folder).generic_string() + "/";
    if (name == "./") name = "";
    workspace_.folders.push_back({name, real});
    return read_module(real, key::printable(name));
  }

  Result<void> add_go_work(const fs::path& file) {
    const auto text = platform::read_file(file, kLongestFile);
    if (!text) return base::fail(text.error());
    const auto read = read_module_file(*text, file.filename().string());
    if (!read) return base::fail(read.error());
    note_versions(*read);
    workspace_.files.push_back({"go.work", base::hex(base::sha256(*text))});
    for (const auto& folder : read->folders) {
      if (auto added = add_module(file.parent_path() / folder, "go.work"); !added) return added;
    }
    return add_sums(file.parent_path() / "go.work.sum", "go.work.sum");
  }

  Workspace take() { return std::move(workspace_); }

 private:
  Result<void> read_module(const fs::path& folder, const std::string& name) {
    const auto text = platform::read_file(folder / "go.mod", kLongestFile);
    if (!text) return base::fail(text.error());
    const auto file = read_module_file(*text, name + "go.mod");
    if (!file) return base::fail(file.error());
    note_versions(*file);
    key::Part part{name + "go.mod", base::hex(base::sha256(*text)), key::FactKind::modules};
    for (const auto& [path, version] : file->required) part.facts.push_back({key::printable(path), version});
    const auto by_name = [](const key::Fact& a, const key::Fact& b) { return a.name < b.name; };
    std::stable_sort(part.facts.begin(), part.facts.end(), by_name);
    const auto same = [](const key::Fact& a, const key::Fact& b) { return a.name == b.name; };
    part.facts.erase(std::unique(part.facts.begin(), part.facts.end(), same), part.facts.end());
    workspace_.files.push_back(std::move(part));
    if (auto added = add_sums(folder / "go.sum", name + "go.sum"); !added) return added;
    for (const auto& other : file->folders) {
      // One that is not there is no error before something of it is needed.
      const auto replaced = folder / other;
      if (!is_file(replaced / "go.mod")) continue;
      if (auto added = add_module(replaced, name + "go.mod"); !added) return added;
    }
    return {};
  }

  Result<void> add_sums(const fs::path& file, const std::string& name) {
    key::Part part{name, kNone, key::FactKind::modules};
    if (is_file(file)) {
      const auto text = platform::read_file(file, kLongestFile);
      if (!text) return base::fail(text.error());
      auto modules = read_go_sum(*text, name);
      if (!modules) return base::fail(modules.error());
      part.value = base::hex(base::sha256(*text));
      part.facts = std::move(*modules);
    }
    workspace_.files.push_back(std::move(part));
    return {};
  }

  void note_versions(const ModuleFile& file) {
    if (is_newer(file.go, workspace_.go)) workspace_.go = file.go;
    if (is_newer(file.toolchain, workspace_.toolchain)) workspace_.toolchain = file.toolchain;
  }

  Workspace workspace_;
};

// The folder of the standard library's sources, when `folder` lies in it; else "".
fs::path standard_library_around(const fs::path& folder, const fs::path& goroot) {
  if (goroot.empty()) return {};
  std::error_code error;
  auto sources = fs::canonical(goroot / "src", error);
  if (error || !is_file(sources / "go.mod")) return {};
  const auto inner = folder.lexically_relative(sources);
  return inner.empty() || *inner.begin() == ".." ? fs::path() : sources;
}

}  // namespace

Result<fs::path> find_module(const fs::path& given, const fs::path& start) {
  const char* const hint = "name the folder of the module with --module";
  std::error_code error;
  auto folder = fs::canonical(given.empty() ? start : start / given, error);
  if (error) {
    return base::fail(base::ErrorKind::data,
                      fmt::format("cannot find the module {}: {}", given.string(), error.message()), hint);
  }
  if (!given.empty()) {
    if (folder.filename() == "go.mod" && is_file(folder)) return folder.parent_path();
    if (is_file(folder / "go.mod")) return folder;
    return base::fail(base::ErrorKind::data, fmt::format("there is no go.mod in {}", given.string()), hint);
  }
  for (auto at = folder;; at = at.parent_path()) {
    if (is_file(at / "go.mod")) return at;
    if (at == at.root_path()) break;
  }
  return base::fail(base::ErrorKind::data, fmt::format("there is no go.mod in {} or above it", folder.string()), hint);
}

Result<Workspace> read_workspace(const fs::path& folder, const std::string& go_work, const fs::path& goroot) {
  Reader reader(folder);
  if (auto added = reader.add_module(folder, "the module"); !added) return base::fail(added.error());
  if (!go_work.empty() && go_work != "off") {
    if (auto added = reader.add_go_work(go_work); !added) return base::fail(added.error());
  }
  if (const auto standard = standard_library_around(folder, goroot); !standard.empty()) {
    if (auto added = reader.add_module(standard, "GOROOT"); !added) return base::fail(added.error());
  }
  return reader.take();
}

}  // namespace ci::golang
