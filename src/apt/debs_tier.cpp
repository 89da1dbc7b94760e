#include "apt/debs_tier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/debs_key.hpp"
#include "apt/recommends.hpp"
#include "apt/transaction.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr char kName[] = "apt-debs";

}  // namespace

DebsTier::DebsTier(const Session& session, const Cache& cache, const std::vector<PackageSpec>& specs)
    : session_(session), cache_(cache), specs_(specs) {
  outcome_.name = kName;
}

std::string DebsTier::prepare() {
  session_.timer.begin("restore");
  outcome_.outcome = "miss";
  const auto unfit = [&](std::string reason) {
    session_.timer.end();
    outcome_.reason = reason;
    return reason;
  };
  auto identity = debs_identity(specs_, session_, cache_);
  if (!identity) {
    outcome_.outcome = "skipped";
    return unfit(identity.error().message);
  }
  identity_ = std::move(*identity);
  may_save_ = cache_.use == CacheUse::read_and_save;
  constexpr std::size_t kShown = 16;
  const auto prefix = fmt::format("{}-{}-", kName, identity_.substr(0, kShown));
  outcome_.key = prefix + time_for_key(session_.platform.clock.now());
  const auto found = find_newest(cache_, outcome_.key, prefix, session_.platform.clock.now());
  if (!found) return unfit(found.error().message);
  if (!*found) return unfit("no entry for this system's release and these packages");
  if (auto why = unpack(**found); !why.empty()) return unfit(std::move(why));
  if (!(*found)->too_old.empty()) return unfit((*found)->too_old);
  session_.timer.end();
  return "";
}

// Returns "" or why the entry cannot be used.
std::string DebsTier::unpack(const CachedEntry& found) {
  const auto began = session_.platform.clock.monotonic();
  auto download = cache_.store->open(found.entry);
  if (!download) return download.error().message;
  auto folder = make_deb_folder(kDebFolders);
  if (!folder) return folder.error().message;
  auto repository = DebRepository::unpack((*download)->descriptor(), identity_, std::move(*folder));
  if (!repository) {
    // What is damaged once is damaged for every later run.
    if (repository.error().kind == base::ErrorKind::data && cache_.use == CacheUse::read_and_save) {
      (void)cache_.store->remove(found.entry);
    }
    return repository.error().message;
  }
  if (const auto whole = (*download)->finish(); !whole) return whole.error().message;
  repository_.emplace(std::move(*repository));
  outcome_.matched_key = found.entry.key;
  outcome_.bytes = static_cast<std::int64_t>(found.entry.bytes);
  outcome_.restore_seconds = base::seconds(session_.platform.clock.monotonic() - began);
  session_.timer.add_bytes("restore", outcome_.bytes);
  return "";
}

std::string DebsTier::install(const std::vector<const PackageSpec*>& missing, const DpkgDatabase& database) {
  const auto unfit = [&](std::string reason) {
    outcome_.reason = reason;
    return reason;
  };
  const auto began = session_.platform.clock.monotonic();
  const auto sources = repository_->alone();
  if (!sources) return unfit(sources.error().message);
  Transaction transaction(session_, texts(missing), &*sources);
  auto run = transaction.make_plan();
  if (session_.problems.fail_for_good(run)) return unfit("cut short");
  if (run.how != RunResult::How::done) return unfit("the cached archives do not suffice: " + run.failure.detail);
  plan_ = transaction.plan();
  if (session_.settings.recommends == Recommends::yes) {
    const auto& known = repository_->index().unmet;
    for (const auto& one : unmet_recommends(repository_->planned(plan_), database)) {
      if (std::find(known.begin(), known.end(), one) == known.end()) {
        return unfit("the cached archives lack what a package recommends: " + one);
      }
    }
  }
  touched_ = true;
  run = transaction.install(nullptr);
  if (session_.problems.fail_for_good(run)) return unfit("cut short");
  if (run.how != RunResult::How::done) {
    session_.problems.warn(std::string(word(run.failure.kind)),
                           "the installation from cached archives failed: " + run.failure.detail);
    repository_.reset();  // whatever is wrong with its archives, nobody else is to use them
    return unfit("apt failed: " + run.failure.detail);
  }
  outcome_.outcome = "exact";
  may_save_ = false;
  if (const double cold = repository_->index().install_seconds; cold > 0) {
    const double took = base::seconds(session_.platform.clock.monotonic() - began);
    outcome_.seconds_saved = cold - took - outcome_.restore_seconds;
  }
  return "";
}

void DebsTier::note_reuse(std::size_t archives) {
  if (archives == 0) return;
  outcome_.outcome = "prefix";
  outcome_.reason += fmt::format("; {} of its {} archives were used", archives, repository_->index().debs.size());
}

// A suite names a version by where it comes from; here it comes from nowhere else.
std::vector<std::string> DebsTier::texts(const std::vector<const PackageSpec*>& missing) const {
  std::vector<std::string> texts;
  for (const auto* spec : missing) {
    std::string text = spec->text;
    if (!spec->suite.empty()) {
      text = text.substr(0, text.find('/'));
      for (const auto& deb : repository_->index().debs) {
        if (deb.name == spec->name) text += "=" + deb.version;
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace ci::apt
