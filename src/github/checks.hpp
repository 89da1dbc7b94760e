#pragma once
// Check runs (docs.github.com/rest/checks/runs; the limits are those of GitHub's API description).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "github/client.hpp"

namespace ci::github {

enum class AnnotationLevel { notice, warning, failure };

struct CheckAnnotation {
  AnnotationLevel level = AnnotationLevel::notice;
  std::string path;  // in the repository; required
  int start_line = 1;
  int end_line = 1;
  std::optional<int> start_column;  // of use on a single line only, else left out
  std::optional<int> end_column;
  std::string title;
  std::string message;
};

struct CheckOutput {
  std::string title;
  std::string summary;  // Markdown
  std::string text;     // Markdown; may be ""
  std::vector<CheckAnnotation> annotations;
};

struct CheckRun {
  std::string name;
  std::string head_sha;
  std::string details_url;  // "" = GitHub's own page of the check run
  std::string external_id;
  base::TimePoint started_at;
};

struct Conclusion {
  std::string word;  // success, failure, neutral, cancelled, skipped, timed_out
  base::TimePoint completed_at;
};

struct CreatedCheck {
  std::int64_t id = 0;
  std::string url;  // its page
};

// A check run that is there.
struct FoundCheck {
  std::int64_t id = 0;
  std::string external_id;
  bool completed = false;
  std::int64_t annotations = 0;  // how many it has; GitHub takes none of them back
};

constexpr std::size_t kAnnotationsAtOnce = 50;  // in one request
// More annotations are dropped; each batch costs a request and a second.
constexpr std::size_t kMostAnnotations = 200;

// The bodies of the requests, in order. Each carries at most 50 annotations, which GitHub adds to those before; only
// the last of a conclusion completes the check run. Everything is cut to GitHub's limits: summary and text to 65,535
// bytes (65,535 characters by the description, bytes in practice), title 255, message 64 kB.
// The first makes a check run, the second sets one that is there back to its beginning.
base::Json in_progress_body(const CheckRun& check, const CheckOutput& output);
base::Json restarting_body(const CheckRun& check, const CheckOutput& output);
std::vector<base::Json> concluding_bodies(const CheckOutput& output, const Conclusion& conclusion);

class Checks {
 public:
  Checks(Client& client, std::string repository) : client_(client), repository_(std::move(repository)) {}

  // Creates a check run that is in progress.
  tl::expected<CreatedCheck, Refusal> create(const CheckRun& check, const CheckOutput& output, Patience& patience);

  // Returns the check runs of commit `head_sha` with the name `name`, those of earlier attempts too, as GitHub lists
  // them. No more than the first 300 are looked at.
  tl::expected<std::vector<FoundCheck>, Refusal> named(std::string_view head_sha, std::string_view name,
                                                       Patience& patience);

  // Sets check run `id` in progress. Nothing when GitHub leaves it completed.
  tl::expected<std::optional<CreatedCheck>, Refusal> restart(std::int64_t id, const CheckRun& check,
                                                             const CheckOutput& output, Patience& patience);

  // Completes check run `id`, with everything that `output` holds.
  tl::expected<void, Refusal> conclude(std::int64_t id, const CheckOutput& output, const Conclusion& conclusion,
                                       Patience& patience);

 private:
  Client& client_;
  std::string repository_;
};

}  // namespace ci::github
