// Arbitrary patterns over arbitrary paths: no crash, no endless search, and no match that no pattern leads to.
#include <cstdlib>

#include "base/glob.hpp"
#include "base/utf16.hpp"

using ci::base::Glob;

// The input is the patterns, a zero byte, and a path.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t count) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), count);
  const auto end = std::min(input.find('\0'), input.size());
  const auto glob = Glob::read(input.substr(0, end), {"/work[s]*", "/home"});
  if (!glob) return 0;
  for (const auto& path : glob->search_paths()) {
    if (!path.starts_with('/')) std::abort();
  }
  const auto path = ci::base::to_utf8(ci::base::to_utf16(input.substr(std::min(end + 1, input.size()))));
  auto state = glob->start();
  Glob::State next;
  for (std::size_t at = 0; at < path.size();) {
    const auto slash = std::min(path.find('/', at), path.size());
    glob->enter(state, std::string_view(path).substr(at, slash - at), next);
    state.swap(next);
    at = slash + 1;
    const auto verdict = glob->judge(state);
    // What matches is included by some pattern, and then that pattern leads on.
    if ((verdict.as_file || verdict.as_directory) && !glob->leads_on(state)) std::abort();
  }
  return 0;
}
