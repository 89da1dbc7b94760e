#pragma once
// A workflow or an action, as GitHub reads it: jobs of steps. Only what the checks ask for.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"
#include "doctor/source.hpp"

namespace ci::doctor {

// What `uses:` names: "owner/name/path@ref", "./folder", "docker://image".
struct ActionReference {
  std::string name;  // without "@ref"
  std::string ref;

  // "owner/name", in lower case: GitHub does not tell case apart; "" for an action of the repository or an image.
  [[nodiscard]] std::string repository() const;
  // This action, under whatever organisation.
  [[nodiscard]] bool is_ours() const { return repository().ends_with("/ci-optimizer"); }
  // `ref` is a whole commit hash.
  [[nodiscard]] bool is_pinned() const;
};

ActionReference action_reference(std::string_view uses);

struct Step {
  const base::YamlNode* node = nullptr;

  // The member `name`, or nullptr.
  [[nodiscard]] const base::YamlMember* member(std::string_view name) const;
  // The value of `uses`; without a name when there is none.
  [[nodiscard]] ActionReference uses() const;
  // The text of the input `name`; "" when it is not set.
  [[nodiscard]] std::string_view with(std::string_view name) const;
};

struct Job {
  const base::YamlMember* member = nullptr;  // nullptr for the steps of a composite action
  const base::YamlNode* node = nullptr;
  std::vector<Step> steps;

  // "job test", or "this action".
  [[nodiscard]] std::string name() const;
  // It stands for several jobs.
  [[nodiscard]] bool has_matrix() const;
  // What `runs-on` says, in one text and lower case; "${{ matrix.os }}" when the matrix decides.
  [[nodiscard]] std::string runner() const;
};

enum class DocumentKind { workflow, action };

// Not copied: jobs and steps point into it.
struct Document {
  Source source;
  base::YamlNode root;
  DocumentKind kind = DocumentKind::workflow;
  std::vector<Job> jobs;
  std::vector<std::string> triggers;  // "push", "pull_request", ...

  Document(Source from, base::YamlNode parsed, DocumentKind of);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Document(Document&&) = default;

  [[nodiscard]] bool is_triggered_by(std::string_view event) const;
};

// The member `name` of `map`, or nullptr; nullptr too when `map` is none.
const base::YamlMember* member(const base::YamlNode* map, std::string_view name);
// The value of member `name` of `map`, or nullptr.
const base::YamlNode* value(const base::YamlNode* map, std::string_view name);
// The text of member `name` of `map`, or "" when there is none or it is no scalar.
std::string_view text(const base::YamlNode* map, std::string_view name);

// Which of the two a parsed file is, by what it must have: `jobs`, or `runs`. Nothing when it is neither.
std::optional<DocumentKind> document_kind(const base::YamlNode& root);

}  // namespace ci::doctor
