#include "golang/build_claim.hpp"

#include <array>
#include <span>

#include "archive/byte_stream.hpp"
#include "base/digest.hpp"

namespace ci::golang {
namespace {

constexpr std::size_t kLongestReason = 2000;  // bytes

std::string read_some(int descriptor) {
  std::string text;
  std::array<char, kLongestReason> block{};
  archive::DescriptorSource source(descriptor);
  while (text.size() < kLongestReason) {
    const auto count = source.read(std::span(block).first(kLongestReason - text.size()));
    if (!count || *count == 0) break;
    text.append(block.data(), *count);
  }
  return text;
}

// A key of fixed length: the binary's may be as long as any key.
std::string claim_key(const std::string& key, const std::string& run) {
  return "ci-optimizer1-building-" + base::hex(base::sha256(key + "\n" + run)).substr(0, 32);
}

}  // namespace

BuildClaim::BuildClaim(store::Store& store, const std::string& key, const std::string& run, std::string job)
    : store_(store), key_(claim_key(key, run)), failed_key_(key_ + "-failed"), job_(std::move(job)) {}

BuildClaim::Holder BuildClaim::take(base::Duration wait, const platform::Clock& clock) {
  for (int tries = 0; tries < 2; ++tries) {
    const auto refused = write(key_, job_);
    if (!refused) return Holder::us;
    if (*refused != store::NotSavedReason::already_there) return Holder::nobody;
    const auto entry = find(key_);
    const bool known = entry && entry->created != base::TimePoint{};
    if (!known || clock.now() - entry->created < wait) return Holder::another;
    if (!store_.remove(*entry)) return Holder::nobody;
  }
  return Holder::another;
}

bool BuildClaim::stands() {
  const auto found = store_.find(key_, {});
  return !found || found->has_value();
}

std::optional<std::string> BuildClaim::failure() {
  const auto entry = find(failed_key_);
  if (!entry) return std::nullopt;
  const auto download = store_.open(*entry);
  if (!download) return std::nullopt;
  return read_some((*download)->descriptor());
}

void BuildClaim::release(const std::string& failure) {
  if (!failure.empty()) (void)write(failed_key_, failure.substr(0, kLongestReason));
  if (const auto entry = find(key_)) (void)store_.remove(*entry);
}

std::optional<store::Entry> BuildClaim::find(const std::string& key) {
  auto found = store_.find(key, {});
  return found ? *found : std::nullopt;
}

std::optional<store::NotSavedReason> BuildClaim::write(const std::string& key, const std::string& text) {
  auto upload = store_.create(key);
  if (!upload) return upload.error().reason;
  // An entry has at least one byte.
  const bool written = archive::DescriptorSink((*upload)->descriptor()).write(text + "\n").has_value();
  const auto committed = (*upload)->commit();
  if (!committed) return committed.error().reason;
  return written ? std::nullopt : std::optional(store::NotSavedReason::failed);
}

}  // namespace ci::golang
