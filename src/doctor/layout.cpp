#include "doctor/layout.hpp"

#include "base/text.hpp"

namespace ci::doctor {
namespace {

using base::YamlNode;

std::vector<std::string> indented(const std::vector<std::string>& lines, int blanks) {
  std::vector<std::string> moved;
  for (const auto& line : lines) moved.push_back(std::string(static_cast<std::size_t>(blanks), ' ') + line);
  return moved;
}

// The first line from `line` on that is not indented by more than `blanks`; lines in between that are blank or hold a
// comment belong to it when something that is indented follows. A list may stand as far left as its key.
int end_of_indented(const Source& source, int line, int blanks, bool list_at_same_column) {
  int end = line;
  for (; line <= source.line_count(); ++line) {
    const auto text = base::trim(source.line(line));
    if (text.empty()) continue;
    const int indent = source.indent(line);
    const bool item = list_at_same_column && indent == blanks && (text == "-" || text.starts_with("- "));
    if (text.front() == '#' && indent <= blanks) continue;
    if (indent <= blanks && !item) break;
    end = line + 1;
  }
  return end;
}

// Only blanks and the dashes of list items stand before the key.
bool begins_its_line(const Source& source, const YamlNode& key) {
  const auto before = source.line(key.at.line).substr(0, static_cast<std::size_t>(key.at.column) - 1);
  return before.find_first_not_of(" -") == std::string_view::npos;
}

bool is_first(const YamlNode& map, const base::YamlMember& member) {
  return !map.members.empty() && &map.members.front() == &member;
}

// The key can be found where it is said to be: not so for what an alias stands for in a document in another encoding.
bool stands_there(const Source& source, const YamlNode& key) {
  return key.at.column >= 1 && !key.text.empty() && !key.quoted && source.rest(key.at).starts_with(key.text);
}

}  // namespace

bool is_block_map(const Source& source, const YamlNode& map) {
  return !map.members.empty() && stands_there(source, map.members.front().key) &&
         begins_its_line(source, map.members.front().key);
}

int line_after(const Source& source, const base::YamlMember& member) {
  const bool list = member.value.kind == YamlNode::Kind::list;
  return end_of_indented(source, member.key.at.line + 1, member.key.at.column - 1, list);
}

std::optional<LineChange> lines_after(const Source& source, const YamlNode& map, const base::YamlMember& member,
                                      const std::vector<std::string>& lines) {
  if (!is_block_map(source, map) || !stands_there(source, member.key)) return std::nullopt;
  return LineChange{line_after(source, member), 0, indented(lines, member.key.at.column - 1)};
}

std::optional<LineChange> without_member(const Source& source, const YamlNode& map, const base::YamlMember& member) {
  if (!is_block_map(source, map) || !stands_there(source, member.key) || map.members.size() < 2) return std::nullopt;
  const int line = member.key.at.line;
  const int after = line_after(source, member);
  const auto before = source.line(line).substr(0, static_cast<std::size_t>(member.key.at.column) - 1);
  if (before.find('-') == std::string_view::npos) return LineChange{line, after - line, {}};
  // The first key stands behind the dash, where the second one has to go.
  if (!is_first(map, member) || map.members[1].key.at.line != after) return std::nullopt;
  const auto next = source.rest(map.members[1].key.at);
  return LineChange{line, after - line + 1, {std::string(before) + std::string(next)}};
}

std::optional<LineChange> lines_instead(const Source& source, const YamlNode& map, const base::YamlMember& member,
                                        const std::vector<std::string>& lines) {
  if (!is_block_map(source, map) || !stands_there(source, member.key)) return std::nullopt;
  const int line = member.key.at.line;
  auto added = indented(lines, member.key.at.column - 1);
  const auto before = source.line(line).substr(0, static_cast<std::size_t>(member.key.at.column) - 1);
  if (!added.empty()) added.front() = std::string(before) + lines.front();
  return LineChange{line, line_after(source, member) - line, std::move(added)};
}

std::optional<LineChange> text_instead(const Source& source, base::Position at, std::string_view old,
                                       std::string_view text) {
  if (at.column < 1 || !source.rest(at).starts_with(old)) return std::nullopt;
  std::string line(source.line(at.line));
  line.replace(static_cast<std::size_t>(at.column) - 1, old.size(), text);
  return LineChange{at.line, 1, {std::move(line)}};
}

std::optional<LineChange> item_after(const Source& source, const YamlNode& item,
                                     const std::vector<std::string>& lines) {
  if (!is_block_map(source, item)) return std::nullopt;
  const auto& key = item.members.front().key;
  const auto before = source.line(key.at.line).substr(0, static_cast<std::size_t>(key.at.column) - 1);
  const auto dash = before.rfind('-');
  if (dash == std::string_view::npos || before.find('-') != dash) return std::nullopt;
  const int column = static_cast<int>(dash);
  return LineChange{end_of_indented(source, key.at.line + 1, column, false), 0, indented(lines, column)};
}

}  // namespace ci::doctor
