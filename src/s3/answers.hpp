#pragma once
// The XML that S3 services answer with (Amazon S3 API reference). All of it is untrusted: documents with a document
// type, unknown nesting or beyond the limits are refused.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::s3 {

// The longest answer that is read, in bytes. A page of a listing has at most 1,000 objects.
inline constexpr std::size_t kLongestAnswer = std::size_t{8} << 20;

struct Object {
  std::string name;
  std::uint64_t bytes = 0;
  base::TimePoint modified;
  std::string etag;  // another one with every change; "" when the service does not tell
};

// One page of ListObjectsV2.
struct Page {
  std::vector<Object> objects;
  std::vector<std::string> folders;  // names up to a "/" that several objects have in common, where that was asked for
  std::string next;                  // the token of the next page; "" = this is the last
};

struct Multipart {
  std::string name;
  std::string upload_id;
  base::TimePoint initiated;
};

struct Failure {
  std::string code;     // "NoSuchBucket"
  std::string message;  // for people
  std::string region;   // where the bucket is, when the service says so
};

// Each reads one document. Error: data.
base::Result<Page> parse_page(std::string_view xml);
base::Result<std::string> parse_upload_id(std::string_view xml);  // of CreateMultipartUpload
base::Result<std::vector<Multipart>> parse_multiparts(std::string_view xml);
// Of CompleteMultipartUpload, whose status is 200 even when it failed. Returns the failure, if it is one.
base::Result<std::optional<Failure>> parse_completion(std::string_view xml);
// Returns what an Error document says; nothing when `xml` is none.
std::optional<Failure> parse_failure(std::string_view xml);

}  // namespace ci::s3
