#include "delta/shared_change.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "delta/digest.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

base::Result<SharedDecision> merge(const std::filesystem::path& root, const std::string& path,
                                   const SharedChange& change, const std::string& present) {
  std::string target;
  if (present != "absent") {
    auto text = platform::read_file(root.string() + std::string(origin_of(path)));
    if (!text) return base::fail(std::move(text.error()));
    target = std::move(*text);
  }
  auto merged = merge_records(change.rule->format, change.records.before, change.records.after, target);
  if (!merged) return base::fail(merged.error().within("cannot merge " + path));
  if (present == change.replaced && "sha256:" + base::hex(base::sha256(*merged)) != change.installed) {
    return base::fail(base::ErrorKind::environment,
                      fmt::format("cannot merge {}: its records are not in the order of the installation", path));
  }
  return SharedDecision{SharedAct::write, std::move(*merged), ""};
}

}  // namespace

base::Result<SharedDecision> decide_shared(const std::filesystem::path& root, const std::string& path,
                                           const SharedChange& change) {
  const auto present = contents_digest(root, origin_of(path));
  if (!present) return base::fail(present.error());
  const bool fits = *present == change.replaced || *present == change.installed;
  if (change.installed == "absent") {
    if (fits) return SharedDecision{};
  } else if (change.rule->rule == SharedRule::merge_secret) {
    return merge(root, path, change, *present);
  }
  if (fits) return SharedDecision{};
  switch (change.rule->rule) {
    case SharedRule::merge:
      if (change.installed != "absent") return merge(root, path, change, *present);
      break;
    case SharedRule::rebuild:
      return SharedDecision{SharedAct::rebuild, "", std::string(change.rule->command)};
    case SharedRule::same:
    case SharedRule::merge_secret:
      break;
  }
  return base::fail(base::ErrorKind::environment, fmt::format("{} is not what the delta replaced: {} instead of {}",
                                                              path, *present, change.replaced));
}

}  // namespace ci::delta
