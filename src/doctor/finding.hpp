#pragma once
// What a check has seen in a workflow or an action.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"
#include "doctor/document.hpp"
#include "doctor/edit.hpp"

namespace ci::doctor {

enum class Severity {
  note,     // worth a look; whether it is wrong depends on what the file does not say
  warning,  // slow, or unsafe under conditions that are common
  error,    // fails, or lets strangers run code
};

// "note", "warning", "error".
std::string_view word(Severity severity);
std::optional<Severity> parse_severity(std::string_view word);

struct Finding {
  std::string check;  // the name of the check: docs/DOCTOR.md explains each
  Severity severity = Severity::note;
  std::string file;
  base::Position at;
  std::string evidence;  // the line that was found, cut to 160 bytes
  std::string problem;   // what is slow or unsafe
  std::string advice;    // what to do, and what our action would change
  Edit edit;             // empty when no edit is sure to be right
  std::string diff;      // the same as unified diff; "" without edit
};

// Collects what the checks find in one document: each place once for a check, and at most 500 in all, so that a hostile
// file cannot fill the memory.
class Findings {
 public:
  static constexpr std::size_t kMost = 500;

  explicit Findings(const Document& document) : document_(document) {}

  // One finding of `check` at `at`, which is completed with the file and what stands there.
  void add(std::string_view check, Severity severity, base::Position at, std::string problem, std::string advice,
           Edit edit = {});

  [[nodiscard]] bool is_full() const { return found_.size() >= kMost; }
  [[nodiscard]] std::vector<Finding> take() { return std::move(found_); }

 private:
  const Document& document_;
  std::vector<Finding> found_;
};

// An edit of one change, or none.
Edit edit_of(std::optional<LineChange> change);

}  // namespace ci::doctor
