#include "apt/deb_repository.hpp"

#include <fmt/format.h>

#include "apt/control_files.hpp"
#include "archive/reader.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr char kRoot[] = "debs";
constexpr fs::perms kOpen{0755};

base::Result<void> make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, kOpen, error);
  if (error) return fail(ErrorKind::io, fmt::format("cannot make {}: {}", path.string(), error.message()));
  return {};
}

}  // namespace

std::string index_file_name(const fs::path& folder) {
  return base::replace_all(folder.string(), "/", "_") + "_._Packages";
}

base::Result<DebRepository> DebRepository::unpack(int descriptor, const std::string& identity,
                                                  platform::RunFolder folder) {
  archive::DescriptorSource source(descriptor);
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return fail(head.error());
  auto index = decode_deb_index(head->text);
  if (!index) return fail(index.error());
  if (index->identity != identity) return fail(ErrorKind::data, "the entry was made for another system or request");
  DebRepository repository(std::move(folder), std::move(*index));
  archive::TargetRoot target{kRoot, repository.folder_.path(), {}};
  for (const auto& deb : repository.index_.debs) target.within.push_back(deb.file);
  archive::ExtractOptions options;
  options.manifest = archive::KeepManifest::yes;
  const auto extracted = reader.extract({target}, options);
  if (!extracted) return fail(extracted.error());
  std::map<std::string, const archive::Member*> members;
  for (const auto& member : extracted->manifest) members[member.path] = &member;
  if (members.size() != repository.index_.debs.size())
    return fail(ErrorKind::data, "the entry lacks a .deb of its index");
  for (const auto& deb : repository.index_.debs) {
    const auto member = members.find(deb.file);
    if (member == members.end() || member->second->type != archive::MemberType::file) {
      return fail(ErrorKind::data, "the entry lacks " + deb.file);
    }
    if (auto taken = repository.take(deb, member->second->size, base::hex(member->second->digest)); !taken) {
      return fail(taken.error().within(deb.file));
    }
  }
  return repository;
}

base::Result<void> DebRepository::take(const IndexedDeb& deb, std::uint64_t bytes, std::string sha256) {
  const auto text = read_control(folder_.path() / deb.file);
  if (!text) return fail(text.error());
  auto control = ControlStanza::parse(*text);
  if (!control) return fail(control.error());
  if (control->field("package") != deb.name || control->field("version") != deb.version ||
      control->field("architecture") != deb.architecture) {
    return fail(ErrorKind::data, fmt::format("its control data says {} {} {}", control->field("package"),
                                             control->field("version"), control->field("architecture")));
  }
  for (const char* ours : {"filename", "size", "sha256"}) {
    if (!control->field(ours).empty())
      return fail(ErrorKind::data, fmt::format("its control data has a field {}", ours));
  }
  stored_.emplace(deb.file, Stored{std::move(*control), bytes, std::move(sha256)});
  return {};
}

std::string DebRepository::stanza(const IndexedDeb& deb) const {
  const auto& stored = stored_.at(deb.file);
  return fmt::format("{}Filename: ./{}\nSize: {}\nSHA256: {}\n\n", stored.control.text(), deb.file, stored.bytes,
                     stored.sha256);
}

// apt reads the index where `apt-get update` would have put it.
base::Result<SourceFolders> DebRepository::make(const std::string& name, const std::vector<const IndexedDeb*>& debs,
                                                const SourceFolders* others) const {
  const auto folder = folder_.path() / name;
  SourceFolders made{folder / "sources.list", folder / "parts", folder / "lists", folder};
  for (const auto& path : {folder, made.parts, made.lists, made.lists / "partial", made.lists / "auxfiles"}) {
    if (auto ready = make_folder(path); !ready) return fail(ready.error());
  }
  std::string sources = fmt::format("deb [trusted=yes] file:{} ./\n", folder_.path().string());
  if (others != nullptr) {
    sources += platform::read_file(others->list).value_or("");
    made.parts = others->parts;
    std::error_code error;
    for (fs::directory_iterator entry(others->lists, error), end; !error && entry != end; entry.increment(error)) {
      if (!entry->is_regular_file(error) || entry->path().filename() == "lock") continue;
      fs::create_symlink(entry->path(), made.lists / entry->path().filename(), error);
    }
    if (error) return fail(ErrorKind::io, "cannot read " + others->lists.string() + ": " + error.message());
  }
  std::string packages;
  for (const auto* deb : debs) packages += stanza(*deb);
  if (auto written = platform::write_public_file(made.list, sources); !written) return fail(written.error());
  if (auto written = platform::write_public_file(made.lists / index_file_name(folder_.path()), packages); !written) {
    return fail(written.error());
  }
  return made;
}

base::Result<SourceFolders> DebRepository::alone() const {
  std::vector<const IndexedDeb*> all;
  for (const auto& deb : index_.debs) all.push_back(&deb);
  return make("alone", all, nullptr);
}

base::Result<std::optional<SourceFolders>> DebRepository::beside(const SourceFolders& others, const Plan& plan) const {
  constexpr std::int64_t kLeastPart = 4;  // of the download: apt has to read its indexes once more
  std::vector<const IndexedDeb*> same;
  std::int64_t bytes = 0;
  for (const auto& package : plan.packages) {
    const auto* deb = index_.find(package.file);
    if (deb == nullptr || package.hash != "SHA256:" + deb->sha256) continue;
    if (deb->name != package.name || deb->version != package.version) continue;
    same.push_back(deb);
    bytes += package.bytes;
  }
  if (same.empty() || bytes < plan.bytes() / kLeastPart) return std::nullopt;
  auto made = make("beside", same, &others);
  if (!made) return fail(made.error());
  return *made;
}

const IndexedDeb* DebRepository::find(const fs::path& path) const {
  return path.parent_path() == folder_.path() ? index_.find(path.filename().string()) : nullptr;
}

std::vector<ControlStanza> DebRepository::planned(const Plan& plan) const {
  std::vector<ControlStanza> controls;
  for (const auto& package : plan.packages) {
    if (const auto found = stored_.find(package.file); found != stored_.end())
      controls.push_back(found->second.control);
  }
  return controls;
}

}  // namespace ci::apt
