// Text of strangers that becomes part of a script before a shell reads it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "doctor/checks.hpp"
#include "doctor/expression.hpp"
#include "doctor/layout.hpp"
#include "doctor/script.hpp"
#include "doctor/shell_script.hpp"

namespace ci::doctor {
namespace {

constexpr std::size_t kMostPlaces = 100;  // of one expression in one script that an edit changes

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What anybody on the internet may write: the fields of an event that GitHub's "Script injections" names by their
// endings, of the objects that strangers can make.
bool is_strangers(std::string_view context) {
  constexpr std::array<std::string_view, 12> kObjects = {
      "issue", "pull_request", "comment",     "review",       "review_comment",     "discussion",
      "pages", "commits",      "head_commit", "workflow_run", "discussion_comment", "label"};
  constexpr std::array<std::string_view, 12> kFields = {"title",       "body",          "ref",         "label",
                                                        "message",     "email",         "page_name",   "default_branch",
                                                        "head_branch", "display_title", "description", "homepage"};
  constexpr std::string_view kEvent = "github.event.";
  if (context == "github.head_ref" || context == "github.event" || context == "github") return true;
  if (!context.starts_with(kEvent)) return false;
  const auto parts = base::split(context.substr(kEvent.size()), '.');
  if (parts.size() < 2 || !is_one_of(parts.front(), kObjects) || parts[1] == "base") return false;
  const bool name = parts.back() == "name" &&
                    is_one_of(parts[parts.size() - 2], std::array<std::string_view, 2>{"author", "committer"});
  return name || is_one_of(parts.back(), kFields);
}

std::string_view input_name(std::string_view context) {
  for (const std::string_view prefix : {"inputs.", "github.event.inputs."}) {
    if (context.starts_with(prefix)) return context.substr(prefix.size());
  }
  return {};
}

// An input that cannot hold any text: a number, a yes or no, one of a list.
bool is_bounded_input(const Document& document, std::string_view name) {
  const auto* on = value(&document.root, "on");
  for (const auto event : {"workflow_dispatch", "workflow_call"}) {
    const auto* inputs = value(value(on, event), "inputs");
    for (const auto& [key, input] : inputs != nullptr ? inputs->members : std::vector<base::YamlMember>{}) {
      const auto type = text(&input, "type");
      if (base::lower(key.text) == name && (type == "boolean" || type == "number" || type == "choice")) return true;
    }
  }
  return false;
}

// A condition gives true or false, and a hash no text.
bool gives_no_text(std::string_view body) {
  const auto has = [&](std::string_view what) { return body.find(what) != std::string_view::npos; };
  const bool condition = has("==") || has("!=") || has("contains(") || has("startsWith(") || has("endsWith(");
  return has("hashFiles(") || (condition && !has("&&") && !has("||"));
}

struct Injected {
  std::string context;
  Severity severity = Severity::warning;
};

std::optional<Injected> injected(const Document& document, std::string_view body) {
  if (gives_no_text(body)) return std::nullopt;
  for (auto& context : contexts_in(body)) {
    if (is_strangers(context)) return Injected{std::move(context), Severity::error};
    const auto input = input_name(context);
    if (!input.empty() && !is_bounded_input(document, input)) return Injected{std::move(context), Severity::warning};
  }
  return std::nullopt;
}

// "github.event.issue.title" is EVENT_ISSUE_TITLE: never a name like PATH that means something already.
std::string variable_name(std::string_view context) {
  std::string name;
  if (const auto input = input_name(context); !input.empty()) {
    name = "INPUT_";
    context = input;
  } else if (context.starts_with("github.")) {
    context.remove_prefix(7);
  }
  for (const char c : context) {
    const bool letter = c >= 'a' && c <= 'z';
    name += letter ? static_cast<char>(c - 'a' + 'A') : (c >= '0' && c <= '9') ? c : '_';
  }
  return name;
}

// Outside of quotes it stays without them: it was split into words before, and may be meant so.
std::string expansion(Quoting quoting, const std::string& name) {
  // Ends the quotes, and begins them again behind.
  if (quoting == Quoting::single_quotes) return "'\"${" + name + "}\"'";
  return "${" + name + "}";
}

bool is_posix_shell(const Document& document, const Job& job, const Step& step) {
  auto shell = text(step.node, "shell");
  for (const auto* scope : {job.node, &document.root}) {
    if (shell.empty()) shell = text(value(value(scope, "defaults"), "run"), "shell");
  }
  return shell.empty() || shell.starts_with("bash") || shell == "sh";
}

// The variable in `env`, and its expansion in place of the expression wherever the script has it.
Edit by_environment(const Document& document, const Step& step, const base::YamlMember& run, const ShellScript& shell,
                    const std::string& expression, const std::string& name) {
  const Script script(document.source, run.value);
  const auto whole = script.text();
  Edit edit;
  for (const auto& [at, size, quoting] : shell.expressions) {
    if (whole.substr(at, size) != expression) continue;
    if (quoting == Quoting::quoted_here_document || edit.size() >= kMostPlaces) return {};
    const auto change = script.replaced(at, size, expansion(quoting, name));
    // Two of them in one line would be two changes of it.
    if (!change || (!edit.empty() && edit.back().line == change->line)) return {};
    edit.push_back(*change);
  }
  const auto setting = fmt::format("{}: {}", name, expression);
  const auto* env = step.member("env");
  if (expression.find_first_of("\n#") != std::string::npos || expression.find(": ") != std::string::npos ||
      edit.empty())
    return {};
  if (env != nullptr && (env->value.members.empty() || member(&env->value, name) != nullptr)) return {};
  const auto put = env != nullptr ? lines_after(document.source, env->value, env->value.members.back(), {setting})
                                  : lines_after(document.source, *step.node, run, {"env:", "  " + setting});
  if (!put) return {};
  edit.push_back(*put);
  return edit;
}

void look_at_script(const Document& document, const Job& job, const Step& step, const base::YamlMember& run,
                    Findings& findings) {
  const Script script(document.source, run.value);
  const auto shell = read_shell(script.text());
  std::set<std::string> seen;
  for (const auto& [at, size, body] : expressions_in(script.text())) {
    const std::string expression(script.text().substr(at, size));
    if (findings.is_full() || !seen.insert(expression).second) continue;
    const auto found = injected(document, body);
    if (!found) continue;
    const bool strangers = found->severity == Severity::error;
    const auto name = variable_name(found->context);
    const auto problem =
        strangers ? fmt::format(
                        "{} is text of whoever opens an issue or a pull request, and is put into the script "
                        "before the shell reads it: it can be any command",
                        found->context)
                  : fmt::format(
                        "{} is put into the script before the shell reads it: who starts or calls this chooses "
                        "the commands",
                        found->context);
    Edit edit;
    if (is_posix_shell(document, job, step)) edit = by_environment(document, step, run, shell, expression, name);
    findings.add(
        "script-injection", found->severity, script.place(at), problem,
        fmt::format("hand it over in an environment variable: ${{{}}}, in double quotes unless it is a list of words",
                    name),
        std::move(edit));
  }
}

}  // namespace

void check_script_injection(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      if (const auto* run = step.member("run")) look_at_script(document, job, step, *run, findings);
      const auto* script = member(value(step.node, "with"), "script");
      if (script == nullptr || step.uses().repository() != "actions/github-script") continue;
      const Script shown(document.source, script->value);
      for (const auto& [at, size, body] : expressions_in(shown.text())) {
        if (findings.is_full()) return;
        const auto found = injected(document, body);
        if (!found) continue;
        findings.add("script-injection", found->severity, shown.place(at),
                     fmt::format("{} is put into the script before node reads it: it can be any code", found->context),
                     "hand it over in an environment variable and read it from process.env, or read it from `context`");
      }
    }
  }
}

}  // namespace ci::doctor
