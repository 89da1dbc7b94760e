#include "delta/libraries.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>

#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kExecutable = 0111;

// Whether a file may be one that the dynamic loader takes. Libraries need no executable bit.
bool may_be_loaded(std::string_view path, std::uint32_t mode) {
  return (mode & kExecutable) != 0 || path.substr(path.rfind('/') + 1).find(".so") != std::string_view::npos;
}

// The package of a list's name: "libc6" of "libc6:amd64.list".
std::string package_of(const fs::path& list) {
  const auto name = list.stem().string();
  return name.substr(0, name.find(':'));
}

// Whether dpkg's list `text` has `path`, as a whole or as the end of a line.
enum class Part { whole, end };
bool lists(std::string_view text, std::string_view path, Part part) {
  for (auto at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
    const auto after = at + path.size();
    const bool ends_there = after == text.size() || text[after] == '\n';
    if (ends_there && (part == Part::end || at == 0 || text[at - 1] == '\n')) return true;
  }
  return false;
}

}  // namespace

base::Result<std::vector<elf::MissingLibrary>> missing_libraries(const fs::path& root, const Changes& changes) {
  std::vector<std::string> paths;
  for (const auto& change : changes.changes) {
    const bool is_file = change.kind != ChangeKind::deleted && change.type == Type::file;
    if (is_file && may_be_loaded(change.path, change.status.mode)) paths.push_back(change.path);
  }
  return elf::find_missing_libraries(root, paths);
}

base::Result<std::vector<elf::MissingLibrary>> missing_libraries(const fs::path& root,
                                                                 const archive::ArchiveListing& listing,
                                                                 const std::vector<elf::MissingLibrary>& known) {
  std::vector<std::string> paths;
  for (const auto& member : listing.members) {
    const bool is_file = member.root == 0 && member.type == archive::MemberType::file;
    if (is_file && may_be_loaded(member.path, member.mode)) paths.push_back("/" + member.path);
  }
  const auto missing = elf::find_missing_libraries(root, paths);
  if (!missing) return missing;
  std::vector<elf::MissingLibrary> fresh;
  std::set_difference(missing->begin(), missing->end(), known.begin(), known.end(), std::back_inserter(fresh));
  return fresh;
}

base::Result<std::vector<elf::MissingLibrary>> still_missing(const fs::path& root,
                                                             const std::vector<elf::MissingLibrary>& missing) {
  std::vector<std::string> paths;
  for (const auto& one : missing) paths.push_back(one.object);
  const auto now = elf::find_missing_libraries(root, paths);
  if (!now) return now;
  std::vector<elf::MissingLibrary> left;
  std::set_intersection(now->begin(), now->end(), missing.begin(), missing.end(), std::back_inserter(left));
  return left;
}

std::vector<std::string> packages_of(const fs::path& root, const std::vector<elf::MissingLibrary>& missing) {
  std::set<std::string> packages;
  std::vector<std::pair<std::string, std::string>> texts;  // package and its list
  std::error_code error;
  for (fs::directory_iterator file(root / "var/lib/dpkg/info", error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".list") continue;
    if (auto text = platform::read_file(file->path())) texts.emplace_back(package_of(file->path()), std::move(*text));
  }
  const auto owners = [&](const std::string& path, Part part) {
    std::set<std::string> found;
    for (const auto& [package, text] : texts) {
      if (lists(text, path, part)) found.insert(package);
    }
    return found;
  };
  for (const auto& one : missing) {
    auto found = owners("/" + one.library.substr(one.library.rfind('/') + 1), Part::end);
    if (found.empty()) found = owners(one.object, Part::whole);
    packages.merge(found);
  }
  return {packages.begin(), packages.end()};
}

}  // namespace ci::delta
