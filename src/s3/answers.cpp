#include "s3/answers.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "s3/xml_tree.hpp"

namespace ci::s3 {
namespace {

using base::ErrorKind;
using base::fail;

tl::unexpected<base::Error> no_answer(std::string_view what) {
  return fail(ErrorKind::data, fmt::format("the service's answer is not understood: {}", what));
}

base::Result<XmlElement> document(std::string_view xml, std::string_view name) {
  auto root = parse_xml(xml, kLongestAnswer);
  if (!root) return fail(root.error().within("the service's answer is not understood"));
  if (root->name != name) return no_answer(fmt::format("a {} where {} was expected", root->name, name));
  return root;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const std::string pair = base::lower(text.substr(i + 1, 2));
    if (pair.size() != 2) return std::nullopt;
    const auto high = kDigits.find(pair[0]), low = kDigits.find(pair[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

// The name of an object in a listing that was asked for with encoding-type=url, which not every service knows.
std::optional<std::string> object_name(const XmlElement& listing, const XmlElement& object,
                                       std::string_view element = "Key") {
  std::string name = object.text_of(element);
  if (name.empty()) return std::nullopt;
  if (listing.text_of("EncodingType") != "url") return name;
  return percent_decoded(name);
}

}  // namespace

base::Result<Page> parse_page(std::string_view xml) {
  const auto root = document(xml, "ListBucketResult");
  if (!root) return fail(root.error());
  Page page;
  for (const XmlElement& child : root->children) {
    if (child.name == "CommonPrefixes") {
      auto folder = object_name(*root, child, "Prefix");
      if (!folder) return no_answer("a folder without a name");
      page.folders.push_back(std::move(*folder));
    }
    if (child.name != "Contents") continue;
    auto name = object_name(*root, child);
    const auto bytes = base::parse_integer(child.text_of("Size"));
    const auto modified = base::parse_rfc3339(child.text_of("LastModified"));
    if (!name || !bytes || *bytes < 0 || !modified) return no_answer("an object without a name, a size or a time");
    page.objects.push_back({std::move(*name), static_cast<std::uint64_t>(*bytes), *modified, child.text_of("ETag")});
  }
  if (root->text_of("IsTruncated") == "true") {
    page.next = root->text_of("NextContinuationToken");
    if (page.next.empty()) return no_answer("a listing that goes on does not say where");
  }
  return page;
}

base::Result<std::string> parse_upload_id(std::string_view xml) {
  const auto root = document(xml, "InitiateMultipartUploadResult");
  if (!root) return fail(root.error());
  if (auto id = root->text_of("UploadId"); !id.empty()) return id;
  return no_answer("an upload without an id");
}

base::Result<std::vector<Multipart>> parse_multiparts(std::string_view xml) {
  const auto root = document(xml, "ListMultipartUploadsResult");
  if (!root) return fail(root.error());
  std::vector<Multipart> uploads;
  for (const XmlElement& child : root->children) {
    if (child.name != "Upload") continue;
    auto name = object_name(*root, child);
    const auto initiated = base::parse_rfc3339(child.text_of("Initiated"));
    std::string id = child.text_of("UploadId");
    if (!name || !initiated || id.empty()) return no_answer("an upload without a name, a time or an id");
    uploads.push_back({std::move(*name), std::move(id), *initiated});
  }
  return uploads;
}

base::Result<std::optional<Failure>> parse_completion(std::string_view xml) {
  if (auto failure = parse_failure(xml)) return failure;
  const auto root = document(xml, "CompleteMultipartUploadResult");
  if (!root) return fail(root.error());
  return std::nullopt;
}

std::optional<Failure> parse_failure(std::string_view xml) {
  const auto root = parse_xml(xml, kLongestAnswer);
  if (!root || root->name != "Error") return std::nullopt;
  return Failure{root->text_of("Code"), root->text_of("Message"), root->text_of("Region")};
}

}  // namespace ci::s3
