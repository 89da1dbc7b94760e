#pragma once
// YAML documents as values with positions. yaml-cpp parses; nothing of it shows outside yaml.cpp.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::base {

struct Position {
  int line = 0;    // from 1
  int column = 0;  // from 1
};

struct YamlMember;

struct YamlNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Position at;
  std::string text;                 // of a scalar, without quotes
  bool quoted = false;              // the scalar was written in quotes: never null, true or a number
  std::vector<YamlNode> items;      // of a list
  std::vector<YamlMember> members;  // of a map, in order; keys are scalars
};

struct YamlMember {
  YamlNode key;
  YamlNode value;
};

struct YamlError {
  Position at;
  std::string message;
};

// Parses one YAML document of at most 1 MiB and 64 levels. Each alias becomes a copy of what it stands for, so that the
// whole is bounded as well: at most 100,000 values and 4 MiB of text.
// Refused with a position: broken YAML, a key that stands twice in one map, a key that is not a scalar.
tl::expected<YamlNode, YamlError> parse_yaml(const std::string& text);

}  // namespace ci::base
