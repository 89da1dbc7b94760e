#pragma once
// Where in a YAML file written in block style lines can be put in or taken out without touching the rest.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/edit.hpp"
#include "doctor/source.hpp"

namespace ci::doctor {

// Whether `map` has its keys below one another, as opposed to { flow: style }.
bool is_block_map(const Source& source, const base::YamlNode& map);

// The first line after the value of `member`, blank lines and comments behind it not counted to it.
int line_after(const Source& source, const base::YamlMember& member);

// Puts `lines` behind the value of `member` of `map`, indented as its key. Nothing when `map` is in flow style.
std::optional<LineChange> lines_after(const Source& source, const base::YamlNode& map, const base::YamlMember& member,
                                      const std::vector<std::string>& lines);

// Takes `member` out of `map`. Nothing when that cannot be done by whole lines, or when nothing would be left.
std::optional<LineChange> without_member(const Source& source, const base::YamlNode& map,
                                         const base::YamlMember& member);

// Puts `lines` in place of `member` of `map`: the first where its key begins, the others indented as its key.
std::optional<LineChange> lines_instead(const Source& source, const base::YamlNode& map, const base::YamlMember& member,
                                        const std::vector<std::string>& lines);

// Puts `text` in place of what stands at `at`, which must be `old`. Nothing when something else stands there.
std::optional<LineChange> text_instead(const Source& source, base::Position at, std::string_view old,
                                       std::string_view text);

// Puts the item `lines`, the first of which begins with "- ", behind the item of a block list that is the map `item`.
std::optional<LineChange> item_after(const Source& source, const base::YamlNode& item,
                                     const std::vector<std::string>& lines);

}  // namespace ci::doctor
