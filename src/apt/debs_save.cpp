// The saving half of DebsTier.
#include <fmt/format.h>

#include <filesystem>

#include "apt/control_files.hpp"
#include "apt/debs_tier.hpp"
#include "apt/recommends.hpp"
#include "archive/writer.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr char kRoot[] = "debs";  // deb_repository.cpp reads it
constexpr std::string_view kHash = "SHA256:";
constexpr int kLevel = 1;  // the contents are compressed already

}  // namespace

DebCopies* DebsTier::begin_copies() {
  if (!may_save_) return nullptr;
  auto folder = make_deb_folder(kDebFolders);
  if (folder)
    return &copies_.emplace(std::move(*folder), repository_ ? repository_->folder() : std::filesystem::path());
  not_saved(folder.error().message);
  return nullptr;
}

std::optional<PendingSave> DebsTier::save(const Plan& plan, const std::vector<fs::path>& archives,
                                          const DpkgDatabase& database, double install_seconds) {
  if (!may_save_ || !copies_) return std::nullopt;
  session_.timer.begin("copy");
  const auto refuse = [&](const std::string& reason) -> std::optional<PendingSave> {
    session_.timer.end();
    not_saved(reason);
    return std::nullopt;
  };
  DebIndex index{identity_, install_seconds, {}, {}};
  auto debs = gather(plan, archives);
  if (!debs) return refuse(debs.error().message);
  index.debs = std::move(*debs);
  auto unmet = unmet_after(index.debs, database);
  if (!unmet) return refuse(unmet.error().message);
  index.unmet = std::move(*unmet);
  auto upload = cache_.store->create(outcome_.key);
  if (!upload) return refuse(upload.error().error.message);
  const auto bytes = write(**upload, index);
  if (!bytes) return refuse(bytes.error().message);
  copies_.reset();
  session_.timer.end();
  session_.timer.add_bytes("copy", *bytes);
  outcome_.bytes = *bytes;
  outcome_.save_seconds = session_.timer.seconds_in("copy");
  return PendingSave(outcome_.name, std::move(*upload));
}

// Completes the copies and returns what the index says of them.
base::Result<std::vector<IndexedDeb>> DebsTier::gather(const Plan& plan, const std::vector<fs::path>& archives) {
  if (plan.packages.empty()) return fail(ErrorKind::environment, "nothing was installed");
  if (archives.size() != plan.packages.size()) return fail(ErrorKind::environment, "apt does not tell its archives");
  if (auto complete = copies_->complete(archives); !complete) return fail(complete.error());
  std::vector<IndexedDeb> debs;
  for (std::size_t at = 0; at < archives.size(); ++at) {
    const auto& package = plan.packages[at];
    if (const auto* cached = repository_ ? repository_->find(archives[at]) : nullptr; cached != nullptr) {
      debs.push_back(*cached);
      continue;
    }
    if (!package.hash.starts_with(kHash))
      return fail(ErrorKind::environment, "the source of " + package.file + " names no SHA-256");
    const auto digest = package.hash.substr(kHash.size());
    if (copies_->original_digest(archives[at].filename().string()) != digest) {
      return fail(ErrorKind::data, package.file + " is not the archive that its source names");
    }
    debs.push_back({package.file, package.name, package.version, package.architecture, digest, package.bytes});
  }
  return debs;
}

base::Result<std::vector<std::string>> DebsTier::unmet_after(const std::vector<IndexedDeb>& debs,
                                                             const DpkgDatabase& database) {
  std::vector<ControlStanza> controls;
  for (const auto& deb : debs) {
    const auto text = read_control(copies_->folder() / deb.file);
    if (!text) return fail(text.error().within(deb.file));
    auto control = ControlStanza::parse(*text);
    if (!control) return fail(control.error().within(deb.file));
    controls.push_back(std::move(*control));
  }
  return unmet_recommends(controls, database);
}

base::Result<std::int64_t> DebsTier::write(store::Upload& upload, const DebIndex& index) {
  archive::DescriptorSink sink(upload.descriptor());
  archive::SourceRoot root{kRoot, copies_->folder()};
  for (const auto& deb : index.debs) root.paths.push_back(deb.file);
  archive::WriteOptions options;
  options.level = archive::fixed_level(kLevel);
  options.scan.fixed_mtime = 0;
  const auto written = archive::write_archive(sink, {root}, encode(index), options);
  if (!written) return fail(written.error());
  return static_cast<std::int64_t>(written->archive_bytes);
}

void DebsTier::not_saved(const std::string& reason) {
  may_save_ = false;
  outcome_.reason += (outcome_.reason.empty() ? "" : "; ") + ("not saved: " + reason);
  session_.platform.log.detail("these archives are not saved: " + reason);
}

}  // namespace ci::apt
