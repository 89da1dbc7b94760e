#include "doctor/document.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace ci::doctor {
namespace {

using base::YamlNode;

std::vector<Step> steps_of(const YamlNode* owner) {
  std::vector<Step> steps;
  const auto* list = value(owner, "steps");
  if (list == nullptr) return steps;
  for (const auto& item : list->items) {
    if (item.kind == YamlNode::Kind::map) steps.push_back({&item});
  }
  return steps;
}

std::vector<std::string> triggers_of(const YamlNode& root) {
  std::vector<std::string> triggers;
  const auto* on = value(&root, "on");
  if (on == nullptr) return triggers;
  if (on->kind == YamlNode::Kind::scalar) triggers.push_back(on->text);
  for (const auto& item : on->items) triggers.push_back(item.text);
  for (const auto& [key, unused] : on->members) triggers.push_back(key.text);
  return triggers;
}

}  // namespace

std::string ActionReference::repository() const {
  if (name.starts_with('.') || name.starts_with('$') || name.starts_with("docker://")) return "";
  const auto first = name.find('/');
  if (first == std::string::npos) return "";
  return base::lower(name.substr(0, name.find('/', first + 1)));
}

bool ActionReference::is_pinned() const {
  return (ref.size() == 40 || ref.size() == 64) &&
         std::all_of(ref.begin(), ref.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

ActionReference action_reference(std::string_view uses) {
  const auto at = uses.rfind('@');
  if (at == std::string_view::npos) return {std::string(uses), ""};
  return {std::string(uses.substr(0, at)), std::string(uses.substr(at + 1))};
}

const base::YamlMember* Step::member(std::string_view name) const {
  return doctor::member(node, name);
}

ActionReference Step::uses() const {
  return action_reference(text(node, "uses"));
}

std::string_view Step::with(std::string_view name) const {
  return text(value(node, "with"), name);
}

std::string Job::name() const {
  return member != nullptr ? "job " + member->key.text : "this action";
}

bool Job::has_matrix() const {
  return value(value(node, "strategy"), "matrix") != nullptr;
}

std::string Job::runner() const {
  const auto* on = value(node, "runs-on");
  const auto* labels = value(on, "labels");
  std::string names;
  for (const auto* source : {on, labels}) {
    if (source == nullptr) continue;
    names += source->text + ' ';
    for (const auto& label : source->items) names += label.text + ' ';
  }
  return base::lower(names);
}

Document::Document(Source from, YamlNode parsed, DocumentKind of)
    : source(std::move(from)), root(std::move(parsed)), kind(of), triggers(triggers_of(root)) {
  if (kind == DocumentKind::action) {
    const auto* runs = value(&root, "runs");
    jobs.push_back({nullptr, runs, steps_of(runs)});
    return;
  }
  const auto* all = value(&root, "jobs");
  if (all == nullptr) return;
  for (const auto& entry : all->members) jobs.push_back({&entry, &entry.value, steps_of(&entry.value)});
}

bool Document::is_triggered_by(std::string_view event) const {
  return std::find(triggers.begin(), triggers.end(), event) != triggers.end();
}

const base::YamlMember* member(const YamlNode* map, std::string_view name) {
  if (map == nullptr) return nullptr;
  for (const auto& entry : map->members) {
    if (entry.key.text == name) return &entry;
  }
  return nullptr;
}

const YamlNode* value(const YamlNode* map, std::string_view name) {
  const auto* found = member(map, name);
  return found != nullptr ? &found->value : nullptr;
}

std::string_view text(const YamlNode* map, std::string_view name) {
  const auto* found = value(map, name);
  return found != nullptr && found->kind == YamlNode::Kind::scalar ? std::string_view(found->text) : std::string_view{};
}

std::optional<DocumentKind> document_kind(const YamlNode& root) {
  if (member(&root, "jobs") != nullptr) return DocumentKind::workflow;
  if (member(&root, "runs") != nullptr) return DocumentKind::action;
  return std::nullopt;
}

}  // namespace ci::doctor
