#include "cache/hash_files.hpp"

#include <stdlib.h>

#include <cerrno>
#include <memory>

#include "base/text.hpp"
#include "cache/parallel_digests.hpp"
#include "platform/cores.hpp"
#include "platform/system_error.hpp"

namespace ci::cache {
namespace {

using base::fail;
using base::Result;

// Where hashFiles() runs: the runner starts it in the workspace, and it asks the system for its working directory.
Result<std::string> find_workspace(const platform::Environment& environment) {
  auto path = environment.get("GITHUB_WORKSPACE");
  if (path.empty()) path = ".";
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), &::free);
  if (!resolved) return fail(platform::system_error("cannot find the workspace", path, errno));
  return std::string(resolved.get());
}

}  // namespace

Result<HashedFiles> hash_files(const HashFilesRequest& request, const platform::Platform& platform) {
  auto workspace = find_workspace(platform.environment);
  if (!workspace) return fail(workspace.error());
  const auto glob =
      base::Glob::read(base::join(request.patterns, "\n"), {*workspace, platform.environment.get("HOME")});
  if (!glob) return fail(glob.error());

  const std::string inside = *workspace + "/";
  ParallelDigests digests(platform::usable_cores(), platform.cancellation);
  const auto searched = search_files(*glob, request.links, platform.cancellation, [&](FoundFile file) -> Result<void> {
    if (digests.failed()) return fail(digests.finish().error());
    if (file.path.starts_with(inside)) digests.add(std::move(file));
    return {};
  });
  if (!searched) return fail(searched.error());
  auto digested = digests.finish();
  if (!digested) return fail(digested.error());

  HashedFiles result{*workspace, {}, {}};
  base::Sha256 all;
  for (auto& [file, digest, bytes, is_directory] : *digested) {
    if (is_directory) continue;
    all.update(digest.data(), digest.size());
    result.files.push_back({file.path.substr(inside.size()), digest, bytes});
  }
  if (!result.files.empty()) result.hash = base::hex(all.finish());
  return result;
}

}  // namespace ci::cache
