#pragma once
// A new entry that is sent to an S3 service: a small one as one object, a larger one as a multipart upload.
//
// The object appears whole, when it is committed. The service is asked to refuse it when the name is taken
// (If-None-Match:
// *). Where a service does not know that condition the name is looked up just before, and of two uploads that end
// within that moment the later one replaces the earlier.
#include <memory>
#include <string>
#include <vector>

#include "s3/client.hpp"
#include "store/block_target.hpp"

namespace ci::store {

// How an entry is cut. Some services want all parts but the last of one size, Amazon at least 5 MiB of each and 10,000
// of them at most.
inline constexpr std::size_t kS3Part = std::size_t{8} << 20;

// Returns why an entry is not saved when the service answers its upload with `answer`, which is no success.
NotSavedReason s3_reason(const platform::HttpResponse& answer);

// The names of an object's metadata.
inline constexpr std::string_view kS3UploadName = "upload";  // which upload made it
inline constexpr std::string_view kS3KeyRestName = "key";    // s3_key_rest

class S3UploadTarget final : public BlockTarget {
 public:
  // `end`: when all must be sent. The client is shared with the store, which this object may outlive.
  S3UploadTarget(std::shared_ptr<s3::Client> client, std::string key, platform::Monotonic end);

  tl::expected<void, NotSaved> begin(Extent extent) override;
  std::optional<platform::HttpRequest> block(std::size_t number, std::uint64_t offset, std::string_view bytes) override;
  void stored(std::size_t number, const platform::HttpResponse& answer) override;
  NotSavedReason reason(const platform::HttpResponse& answer) override { return s3_reason(answer); }
  tl::expected<void, NotSaved> commit(std::size_t count, std::uint64_t bytes) override;
  void abandon() override;

 private:
  using Outcome = tl::expected<void, NotSaved>;

  // Aborts multipart uploads that a killed process left in this store. A failure is only told.
  void remove_stale_uploads();
  // What the object says of itself.
  [[nodiscard]] s3::Headers metadata() const;
  // What makes the entry: the whole object, or the end of the multipart upload.
  [[nodiscard]] s3::Call final_call(std::size_t count) const;
  // Sends it until it is clear what became of it.
  Outcome publish(s3::Call call);
  // Whether the entry is there and this upload made it: an answer may have been lost.
  bool is_ours();

  std::shared_ptr<s3::Client> client_;
  std::string key_;
  std::string name_;
  platform::Monotonic end_;
  std::string id_;         // of this attempt to save, in the object's metadata
  std::string upload_id_;  // of the multipart upload; "" when there is none
  std::string whole_;      // the object, when it is small
  std::vector<std::string> etags_;
};

}  // namespace ci::store
