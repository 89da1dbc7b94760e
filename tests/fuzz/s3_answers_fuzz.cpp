// The XML that an S3 service answers with.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/s3_answers.hpp"
#include "store/xml_tree.hpp"

namespace {

using ci::store::XmlElement;

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
  if (const auto tree = ci::store::parse_xml(xml, ci::store::kLongestS3Answer)) {
    if (count(*tree, 1) > kMostElements) std::abort();
  }
  (void)ci::store::parse_s3_page(xml);
  (void)ci::store::parse_s3_upload_id(xml);
  (void)ci::store::parse_s3_multiparts(xml);
  (void)ci::store::parse_s3_completion(xml);
  (void)ci::store::parse_s3_failure(xml);
  return 0;
}
