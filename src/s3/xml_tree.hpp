#pragma once
// Small XML documents, read with expat and trusted in nothing.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::s3 {

struct XmlElement {
  std::string name;  // without a namespace's prefix
  std::string text;  // all character data directly in it
  std::vector<XmlElement> children;

  // The text of the first child called `child`, or "".
  [[nodiscard]] std::string text_of(std::string_view child) const;
};

// Returns the root element of `xml`. Attributes, comments and processing instructions are passed over. Error (data):
// not well-formed, not UTF-8 (or what else expat reads), longer than `limit` bytes, nested more than 16 deep, more than
// 100,000 elements, or with a document type (so that there are no entities to expand).
base::Result<XmlElement> parse_xml(std::string_view xml, std::size_t limit);

}  // namespace ci::s3
