#include "base/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace ci::base {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

Position position(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// The deepest nesting of flow brackets; yaml-cpp recurses once a level, so it is looked at first.
int flow_depth(const std::string& text) {
  int depth = 0;
  int deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if (c == ']' || c == '}') depth = std::max(depth - 1, 0);
  }
  return deepest;
}

class Converter {
 public:
  // Throws YamlError; caught in parse_yaml().
  YamlNode convert(const YAML::Node& from, int depth = 0) {
    YamlNode node;
    node.at = position(from.Mark());
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) throw YamlError{node.at, "nested too deeply, or too large"};
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        node.kind = YamlNode::Kind::scalar;
        node.text = from.Scalar();
        node.quoted = from.Tag() == "!";
        break;
      case YAML::NodeType::Sequence:
        node.kind = YamlNode::Kind::list;
        for (const auto& item : from) node.items.push_back(convert(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        node.kind = YamlNode::Kind::map;
        for (const auto& member : from) add_member(node, member.first, member.second, depth);
        break;
    }
    return node;
  }

 private:
  void add_member(YamlNode& map, const YAML::Node& name, const YAML::Node& value, int depth) {
    auto key = convert(name, depth + 1);
    if (key.kind != YamlNode::Kind::scalar) throw YamlError{key.at, "a key must be plain text"};
    for (const auto& [other, unused] : map.members) {
      if (other.text == key.text)
        throw YamlError{key.at, "'" + key.text + "' stands twice; first in line " + std::to_string(other.at.line)};
    }
    auto converted = convert(value, depth + 1);
    map.members.push_back({std::move(key), std::move(converted)});
  }

  std::size_t nodes_ = 0;
};

}  // namespace

tl::expected<YamlNode, YamlError> parse_yaml(const std::string& text) {
  if (text.size() > kMaxBytes) return tl::unexpected(YamlError{{1, 1}, "larger than 1 MiB"});
  if (flow_depth(text) > kMaxDepth) return tl::unexpected(YamlError{{1, 1}, "nested too deeply"});
  try {
    return Converter().convert(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    return tl::unexpected(YamlError{position(error.mark), error.msg});
  } catch (const YamlError& error) {
    return tl::unexpected(error);
  }
}

}  // namespace ci::base
