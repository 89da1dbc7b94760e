#include "cli/version.hpp"

#include "build_info.hpp"
#include "platform/curl_http.hpp"

namespace ci::cli {

std::string version_text(VersionDetail detail) {
  std::string text = std::string("ci-optimizer ") + kVersion + "\n";
  if (detail == VersionDetail::full) {
    text += std::string("source ") + kSourceHash + "\n";
    text += "libraries " + platform::CurlHttp::library_versions() + "\n";
  }
  return text;
}

}  // namespace ci::cli
