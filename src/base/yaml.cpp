#include "base/yaml.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <unordered_map>

namespace ci::base {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxText = 4 * kMaxBytes;  // a document without aliases has at most kMaxBytes

Position position(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

class Converter {
 public:
  // Throws YamlError; caught in parse_yaml().
  YamlNode convert(const YAML::Node& from, int depth = 0) {
    YamlNode node;
    node.at = position(from.Mark());
    if (depth > kMaxDepth) throw YamlError{node.at, "nested too deeply"};
    if (++nodes_ > kMaxNodes)
      throw YamlError{node.at, "more than 100,000 values, each alias (*name) counted as what it stands for"};
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        node.kind = YamlNode::Kind::scalar;
        // Before it is copied: a few lines of aliases make gigabytes.
        if ((text_ += from.Scalar().size()) > kMaxText)
          throw YamlError{node.at, "more than 4 MiB of text, each alias (*name) counted as what it stands for"};
        node.text = from.Scalar();
        node.quoted = from.Tag() == "!";
        break;
      case YAML::NodeType::Sequence:
        node.kind = YamlNode::Kind::list;
        for (const auto& item : from) node.items.push_back(convert(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        node.kind = YamlNode::Kind::map;
        add_members(node, from, depth);
        break;
    }
    return node;
  }

 private:
  void add_members(YamlNode& map, const YAML::Node& from, int depth) {
    std::unordered_map<std::string, int> lines;  // of the keys so far
    for (const auto& member : from) {
      auto key = convert(member.first, depth + 1);
      if (key.kind != YamlNode::Kind::scalar) throw YamlError{key.at, "a key must be plain text"};
      const auto [first, is_new] = lines.emplace(key.text, key.at.line);
      if (!is_new)
        throw YamlError{key.at, "'" + key.text + "' stands twice; first in line " + std::to_string(first->second)};
      auto value = convert(member.second, depth + 1);
      map.members.push_back({std::move(key), std::move(value)});
    }
  }

  std::size_t nodes_ = 0;
  std::size_t text_ = 0;  // bytes
};

}  // namespace

tl::expected<YamlNode, YamlError> parse_yaml(const std::string& text) {
  if (text.size() > kMaxBytes) return tl::unexpected(YamlError{{1, 1}, "larger than 1 MiB"});
  try {
    return Converter().convert(YAML::Load(text));
  } catch (const YAML::DeepRecursion& error) {  // 500 levels; its own words are "bad file"
    return tl::unexpected(YamlError{position(error.mark), "nested too deeply"});
  } catch (const YAML::Exception& error) {
    return tl::unexpected(YamlError{position(error.mark), error.msg});
  } catch (const YamlError& error) {
    return tl::unexpected(error);
  }
}

}  // namespace ci::base
