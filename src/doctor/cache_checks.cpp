// Keys and paths of actions/cache.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "doctor/checks.hpp"
#include "doctor/expression.hpp"
#include "doctor/layout.hpp"
#include "doctor/script.hpp"

namespace ci::doctor {
namespace {

struct CacheStep {
  const Job* job = nullptr;
  const Step* step = nullptr;
  const base::YamlNode* with = nullptr;
  const base::YamlMember* key = nullptr;
  bool restores = false;
};

std::vector<CacheStep> cache_steps(const Document& document) {
  std::vector<CacheStep> found;
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      const auto uses = step.uses();
      if (uses.repository() != "actions/cache") continue;
      const auto* with = value(step.node, "with");
      const auto* key = member(with, "key");
      if (key == nullptr || key->value.kind != base::YamlNode::Kind::scalar) continue;
      found.push_back({&job, &step, with, key, base::lower(uses.name) != "actions/cache/save"});
    }
  }
  return found;
}

bool is_per_run(const std::string& context) {
  constexpr std::array<std::string_view, 4> kPerRun = {"github.run_id", "github.run_number", "github.run_attempt",
                                                       "github.sha"};
  return std::find(kPerRun.begin(), kPerRun.end(), context) != kPerRun.end();
}

bool is_per_run(const Expression& expression) {
  const auto contexts = contexts_in(expression.body);
  return std::any_of(contexts.begin(), contexts.end(), [](const auto& context) { return is_per_run(context); });
}

bool hashes_files(const Expression& expression) {
  return base::lower(expression.body).find("hashfiles(") != std::string::npos;
}

// The runner, the matrix and the repository: the same in every run of the job.
bool is_constant(const std::string& context) {
  constexpr std::array<std::string_view, 6> kConstant = {"runner.",           "matrix.",         "github.job",
                                                         "github.repository", "github.workflow", "strategy."};
  return std::any_of(kConstant.begin(), kConstant.end(), [&](auto prefix) { return context.starts_with(prefix); });
}

// The key up to its first part that changes, as restore key behind the key.
Edit restore_key(const Document& document, const CacheStep& cache, const Expression& changing) {
  const std::string prefix = cache.key->value.text.substr(0, changing.at);
  const bool plain = !cache.key->value.quoted && prefix.find_first_of("\n#'\"") == std::string::npos &&
                     prefix.find(": ") == std::string::npos && !base::trim(prefix).empty();
  if (!plain || base::trim(prefix) != prefix) return {};
  return edit_of(lines_after(document.source, *cache.with, *cache.key, {"restore-keys: " + prefix}));
}

// What else than the exact entry would do harm, or no good: it is only looked up, must be there, or is asked about.
bool wants_exact_entry(const Document& document, const CacheStep& cache) {
  if (cache.step->with("lookup-only") == "true" || cache.step->with("fail-on-cache-miss") == "true") return true;
  const auto id = text(cache.step->node, "id");
  return !id.empty() &&
         document.source.text().find("steps." + std::string(id) + ".outputs.cache-hit") != std::string::npos;
}

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

void check_cache_restore_keys(const Document& document, Findings& findings) {
  for (const auto& cache : cache_steps(document)) {
    if (!cache.restores || member(cache.with, "restore-keys") != nullptr) continue;
    const auto expressions = expressions_in(cache.key->value.text);
    const auto changing = std::find_if(expressions.begin(), expressions.end(), [](const auto& expression) {
      return is_per_run(expression) || hashes_files(expression);
    });
    if (changing == expressions.end()) continue;
    const bool per_run = std::any_of(expressions.begin(), expressions.end(),
                                     [](const auto& expression) { return is_per_run(expression); });
    if (!per_run && wants_exact_entry(document, cache)) continue;
    findings.add("cache-no-restore-keys", per_run ? Severity::warning : Severity::note, cache.key->value.at,
                 per_run ? "the key is another one in each run and there are no restore-keys: no later run finds it"
                         : "without restore-keys one changed file loses the whole entry, although most of it would fit",
                 "fall back to the newest entry with the same beginning; our caches do, and tell what changed the key",
                 restore_key(document, cache, *changing));
  }
}

void check_cache_constant_key(const Document& document, Findings& findings) {
  for (const auto& cache : cache_steps(document)) {
    const auto& key = cache.key->value.text;
    const auto expressions = expressions_in(key);
    const bool constant = std::all_of(expressions.begin(), expressions.end(), [](const auto& expression) {
      const auto contexts = contexts_in(expression.body);
      return !hashes_files(expression) && !contexts.empty() &&
             std::all_of(contexts.begin(), contexts.end(), is_constant);
    });
    if (!constant) continue;
    // A version that somebody raises by hand is a way to do it.
    findings.add("cache-constant-key", has_digit(key) ? Severity::note : Severity::warning, cache.key->value.at,
                 "the key never changes, and an entry is never written again (actions/cache issue 342): what the first "
                 "run saved is restored for ever",
                 "put hashFiles(...) of what the contents are made from into the key; our caches take their keys from "
                 "the files, and save again what has grown old");
  }
}

void check_cache_key_per_run(const Document& document, Findings& findings) {
  for (const auto& cache : cache_steps(document)) {
    if (!cache.restores || base::lower(cache.step->uses().name) == "actions/cache/restore") continue;
    if (member(cache.with, "restore-keys") == nullptr) continue;  // cache-no-restore-keys
    const auto expressions = expressions_in(cache.key->value.text);
    if (std::none_of(expressions.begin(), expressions.end(),
                     [](const auto& expression) { return is_per_run(expression); }))
      continue;
    findings.add("cache-key-per-run", Severity::note, cache.key->value.at,
                 "every run saves another entry: each is uploaded, and beyond 10 GB the repository's other entries go",
                 "save on the default branch only, or when the contents changed; our action saves under a key of the "
                 "contents and removes the entries that a newer one replaces");
  }
}

void check_cache_paths(const Document& document, Findings& findings) {
  constexpr std::array<std::string_view, 13> kWide = {"~",
                                                      "~/.cache",
                                                      "~/.cargo",
                                                      "~/go",
                                                      "~/.local",
                                                      "/",
                                                      "/usr",
                                                      "/usr/local",
                                                      "/opt",
                                                      "/home/runner",
                                                      ".",
                                                      "$HOME",
                                                      "${{ github.workspace }}"};
  for (const auto& cache : cache_steps(document)) {
    const auto* path = member(cache.with, "path");
    if (path == nullptr) continue;
    const Script script(document.source, path->value);
    std::size_t offset = 0;
    for (const auto& line : base::split(path->value.text, '\n')) {
      const auto at = script.place(offset);
      offset += line.size() + 1;
      auto name = base::trim(line);
      while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
      if (name == "/var/cache/apt" || name == "/var/cache/apt/archives") {
        findings.add(
            "cache-root-path", Severity::warning, at,
            fmt::format("{} belongs to root: tar ends with 2 at its lock and partial/, and a save that fails is "
                        "only a warning, so that nothing is ever cached (actions/cache issue 324)",
                        name),
            "use our action (packages: ...), which keeps archives and installations by itself");
      } else if (std::find(kWide.begin(), kWide.end(), name) != kWide.end()) {
        findings.add(
            "cache-wide-path", Severity::note, at,
            fmt::format("{} holds more than one tool's cache: all of it is packed, sent and unpacked each time", name),
            "name the folders that save time; our action keeps Go's modules and build cache apart, and of "
            "the build cache only what was used");
      }
    }
  }
}

}  // namespace ci::doctor
