#include "apt/debs_key.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "delta/fingerprint.hpp"

namespace ci::apt {

std::string release_of(std::string_view os_release) {
  std::string id, version;
  for (const auto& line : base::split(os_release, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto value = base::replace_all(line.substr(equals + 1), "\"", "");
    if (line.starts_with("ID=")) id = value;
    if (line.starts_with("VERSION_ID=")) version = value;
  }
  return id + " " + version;
}

base::Result<std::string> debs_identity(const std::vector<PackageSpec>& specs, const Session& session,
                                        const Cache& cache) {
  std::vector<std::string> lines;
  for (const auto& spec : specs) {
    if (spec.is_file) return base::fail(base::ErrorKind::data, "a local .deb is asked for: " + spec.text);
    lines.push_back(spec.text);
  }
  std::sort(lines.begin(), lines.end());
  lines.emplace_back(session.settings.recommends == Recommends::yes ? "recommends" : "no recommends");
  lines.push_back("version " + cache.version);
  if (const auto* sources = session.tool.configured()) lines.push_back(sources->identity());
  const auto fingerprint = delta::base_fingerprint("/");
  if (!fingerprint) return base::fail(fingerprint.error());
  for (const auto& part : fingerprint->parts) {
    if (part.name == "os-release") lines.push_back("release " + release_of(part.text));
    if (part.name == "architecture" || part.name == "foreign-architectures" || part.name == "sources" ||
        part.name == "preferences") {
      lines.push_back(part.name + " " + part.digest);
    }
  }
  return base::hex(base::sha256(base::join(lines, "\n")));
}

}  // namespace ci::apt
