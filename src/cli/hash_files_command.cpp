#include <cstdio>

#include "base/json.hpp"
#include "cache/hash_files.hpp"
#include "cli/commands.hpp"
#include "optimize/exit_code.hpp"

namespace ci::cli {
namespace {

base::Json document(const cache::HashedFiles& hashed, bool explain) {
  auto json = base::Json::object();
  json.set("hash", hashed.hash);
  if (!explain) return json;
  json.set("workspace", hashed.workspace);
  base::Json::Array files;
  for (const auto& [path, digest, bytes] : hashed.files) {
    files.push_back(base::Json(base::Json::Object{{"path", path}, {"sha256", base::hex(digest)}, {"bytes", bytes}}));
  }
  json.set("files", std::move(files));
  return json;
}

}  // namespace

base::Result<int> run_hash_files(const CommandLine& line, const platform::Platform& platform) {
  cache::HashFilesRequest request;
  request.patterns = line.arguments;
  if (line.follow_symbolic_links) request.links = cache::SymbolicLinks::follow;
  const auto hashed = cache::hash_files(request, platform);
  if (!hashed) return base::fail(hashed.error());

  if (line.json) {
    std::printf("%s\n", document(*hashed, line.explain).pretty().c_str());
    return optimize::kDone;
  }
  if (line.explain) {
    for (const auto& file : hashed->files) std::printf("%s  %s\n", base::hex(file.digest).c_str(), file.path.c_str());
  }
  std::printf("%s\n", hashed->hash.c_str());
  return optimize::kDone;
}

}  // namespace ci::cli
