// The XML that an S3 service answers with.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "s3/answers.hpp"
#include "s3/xml_tree.hpp"

namespace {

using ci::s3::XmlElement;

constexpr std::size_t kMostElements = 100'000;
constexpr unsigned kDeepest = 16;

std::size_t count(const XmlElement& element, unsigned depth) {
  if (depth > kDeepest) std::abort();
  std::size_t sum = 1;
  for (const auto& child : element.children) sum += count(child, depth + 1);
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  if (const auto tree = ci::s3::parse_xml(xml, ci::s3::kLongestAnswer)) {
    if (count(*tree, 1) > kMostElements) std::abort();
  }
  (void)ci::s3::parse_page(xml);
  (void)ci::s3::parse_upload_id(xml);
  (void)ci::s3::parse_multiparts(xml);
  (void)ci::s3::parse_completion(xml);
  (void)ci::s3::parse_failure(xml);
  return 0;
}
