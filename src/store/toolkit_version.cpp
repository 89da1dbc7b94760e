#include "store/toolkit_version.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::store {

std::string toolkit_version(const std::vector<std::string>& paths, ToolkitCompression compression) {
  constexpr char kSalt[] = "1.0";
  std::vector<std::string> parts = paths;
  parts.emplace_back(compression == ToolkitCompression::zstd ? "zstd-without-long" : "gzip");
  parts.emplace_back(kSalt);
  return base::hex(base::sha256(base::join(parts, "|")));
}

}  // namespace ci::store
