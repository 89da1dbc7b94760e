#include "history_store/conditions.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::history_store {

Conditions::Conditions(const Selection& selection, Placeholders placeholders) : placeholders_(placeholders) {
  equal("job", selection.job);
  equal("repository", selection.repository);
  equal("workflow", selection.workflow);
  equal("matrix", selection.matrix);
  equal("step", selection.step);
  equal("run_id", selection.run_id);
  if (selection.run_attempt) add("run_attempt =", std::int64_t{*selection.run_attempt});
  equal("branch", selection.branch);
  equal("commit_sha", selection.commit_sha);
  equal("os", selection.os);
  equal("architecture", selection.architecture);
  equal("image", selection.image);
  equal("image_version", selection.image_version);
  equal("tier", selection.tier);
  equal("caches", selection.caches);
  if (!selection.statuses.empty()) {
    std::vector<std::string> words;
    for (const auto status : selection.statuses) words.push_back(placeholder_of(std::string(history::word(status))));
    text_ += fmt::format(" AND status IN ({})", base::join(words, ", "));
  }
  if (!selection.id_prefix.empty()) {
    add("id >=", selection.id_prefix);
    add("id <", selection.id_prefix + "\x7F");  // ids are ASCII
  }
  if (selection.since) add("started_at >=", *selection.since);
  if (selection.until) add("started_at <", *selection.until);
}

std::string Conditions::placeholder_of(Value value) {
  values_.push_back(std::move(value));
  return placeholders_ == Placeholders::marks ? "?" : fmt::format("${}", values_.size());
}

void Conditions::add(const char* comparison, Value value) {
  text_ += fmt::format(" AND {} {}", comparison, placeholder_of(std::move(value)));
}

void Conditions::equal(const char* column, const std::optional<std::string>& value) {
  if (value) text_ += fmt::format(" AND {} = {}", column, placeholder_of(*value));
}

}  // namespace ci::history_store
