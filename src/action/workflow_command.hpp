#pragma once
// Workflow commands: lines on standard output that the runner obeys (actions/runner, ActionCommand.cs).
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/annotation.hpp"

namespace ci::action {

using Properties = std::vector<std::pair<std::string, std::string>>;

// Returns the line "::name key=value,...::data" with everything escaped, without a line end. Properties without a value
// are left out.
std::string workflow_command(std::string_view name, const Properties& properties, std::string_view data);

// Returns the line that makes the runner hide `secret`.
std::string add_mask(std::string_view secret);

// A run of lines in which the runner obeys nothing; `token` must not be guessable.
std::string stop_commands(std::string_view token);
std::string resume_commands(std::string_view token);

// Of each kind the runner shows ten in a step, and drops the others silently; the steps of a composite action share
// the ten (actions/runner, ExecutionContext.cs).
constexpr std::size_t kAnnotationsOfAKind = 9;
// The runner cuts a longer message.
constexpr std::size_t kLongestMessage = 4096;

// Returns the commands ::error, ::warning and ::notice for `annotations`, in their order: at most kAnnotationsOfAKind
// of each kind, and one more that says how many were left to the job summary.
std::vector<std::string> annotation_commands(const std::vector<report::Annotation>& annotations);

}  // namespace ci::action
