#include "apt/delta_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "delta/digest.hpp"
#include "delta/fingerprint.hpp"

namespace ci::apt {
namespace {

using key::Fact;
using key::FactKind;
using key::Part;

// What was asked for, a line each. Of a local .deb what it holds counts, not where it lies.
base::Result<std::vector<std::string>> request_lines(const Settings& settings, const ConfiguredSources* configured,
                                                     const std::string& cache_version) {
  std::vector<std::string> lines;
  for (const auto& spec : settings.packages) {
    if (!spec.is_file) {
      lines.push_back(spec.text);
      continue;
    }
    std::error_code error;
    const auto file = std::filesystem::canonical(spec.text, error);
    const auto digest = delta::contents_digest("/", file.string());
    if (!digest) return base::fail(digest.error());
    lines.push_back("file " + *digest);
  }
  std::sort(lines.begin(), lines.end());
  lines.emplace_back(settings.recommends == Recommends::yes ? "recommends" : "no recommends");
  lines.emplace_back(settings.lifetime == Lifetime::ephemeral ? "ephemeral" : "kept");
  lines.push_back("version " + cache_version);
  if (configured != nullptr) lines.push_back(configured->identity());
  return lines;
}

void sort_by_name(std::vector<Fact>& facts) {
  std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.name < b.name; });
  const auto same = [](const Fact& a, const Fact& b) { return a.name == b.name; };
  facts.erase(std::unique(facts.begin(), facts.end(), same), facts.end());
}

Part lines_part(const std::string& name, const std::vector<std::string>& lines) {
  Part part{name, "", FactKind::lines};
  if (!lines.empty()) part.value = base::hex(base::sha256(base::join(lines, "\n")));
  for (const auto& line : lines) part.facts.push_back({key::printable(line), ""});
  sort_by_name(part.facts);
  return part;
}

Part packages_part(const std::string& name, const std::vector<std::string>& lines) {
  Part part{name, base::hex(base::sha256(base::join(lines, "\n"))), FactKind::packages};
  for (const auto& line : lines) {
    // name, architecture, version, status
    const auto words = base::split(line, ' ');
    if (words.size() < 3) continue;
    const std::vector<std::string> state(words.begin() + 2, words.end());
    part.facts.push_back({key::printable(words[0] + ":" + words[1]), key::printable(base::join(state, " "))});
  }
  sort_by_name(part.facts);
  return part;
}

Part base_part(const delta::FingerprintPart& part) {
  auto lines = base::split(part.text, '\n');
  if (lines.back().empty()) lines.pop_back();
  if (part.name == "format" || part.name == "architecture") return {part.name, key::printable(base::join(lines, " "))};
  return part.name == "packages" ? packages_part(part.name, lines) : lines_part(part.name, lines);
}

}  // namespace

base::Result<DeltaKey> delta_key(const Settings& settings, const ConfiguredSources* configured,
                                 const std::string& cache_version, const std::filesystem::path& root) {
  const auto request = request_lines(settings, configured, cache_version);
  if (!request) return base::fail(request.error());
  auto fingerprint = delta::base_fingerprint(root);
  if (!fingerprint) return base::fail(fingerprint.error());

  DeltaKey result;
  const auto request_digest = base::hex(base::sha256(base::join(*request, "\n")));
  result.fingerprint = fingerprint->digest;
  result.label = base::hex(base::sha256(result.fingerprint + "\n" + request_digest));
  constexpr std::size_t kShown = 16;
  const auto for_request = fmt::format("apt-{}-", request_digest.substr(0, kShown));
  result.key.text = for_request + result.fingerprint.substr(0, kShown);
  result.key.restore_keys = {result.key.text + "-"};
  result.key.relatives = {for_request};
  auto& parts = result.key.parts.parts;
  parts.push_back(lines_part("request", *request));
  for (const auto& part : fingerprint->parts) parts.push_back(base_part(part));
  return result;
}

}  // namespace ci::apt
