#include "apt/deb_copies.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "platform/cores.hpp"

namespace ci::apt {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
// Left free on the disk: an installation must not fail for the sake of later ones.
constexpr std::uintmax_t kLeftFree = std::uintmax_t{2} << 30;

}  // namespace

std::unique_ptr<DebCopy> DebCopies::begin(const std::filesystem::path& archive, const DebContents& contents) {
  const auto name = archive.filename();
  if (archive.parent_path() == copied_ || has_failed() || !original_digest(name.string()).empty()) return nullptr;
  std::error_code error;
  const bool has_room = std::filesystem::space(folder_.path(), error).available > kLeftFree && !error;
  auto copy = has_room ? DebCopy::begin(contents.descriptor(), contents.member(), folder_.path() / name)
                       : base::fail(base::ErrorKind::io, "too little room in " + folder_.path().parent_path().string());
  if (copy) return std::move(*copy);
  const std::lock_guard lock(mutex_);
  failure_ = copy.error();
  return nullptr;
}

void DebCopies::end(const std::filesystem::path& archive, DebCopy& copy) {
  auto digest = copy.commit();
  const std::lock_guard lock(mutex_);
  if (digest) {
    digests_[archive.filename().string()] = std::move(*digest);
  } else {
    failure_ = digest.error();
  }
}

base::Result<void> DebCopies::complete(const std::vector<std::filesystem::path>& archives) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at = next++; at < archives.size() && !has_failed(); at = next++) {
      if (!original_digest(archives[at].filename().string()).empty()) continue;
      auto made = make(archives[at]);
      const std::lock_guard lock(mutex_);
      if (!made && !failure_) failure_ = made.error().within(archives[at].filename().string());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned more = platform::usable_cores(); more > 1; --more) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  if (failure_) return base::fail(*failure_);
  return {};
}

base::Result<void> DebCopies::make(const std::filesystem::path& archive) {
  if (archive.parent_path() == copied_) {
    std::error_code error;
    std::filesystem::create_hard_link(archive, folder_.path() / archive.filename(), error);
    if (error) return base::fail(base::ErrorKind::io, "cannot link it: " + error.message());
    return {};
  }
  auto contents = DebContents::open(archive);
  if (!contents) return base::fail(contents.error());
  const auto copy = begin(archive, *contents);
  if (!copy) return {};
  std::vector<std::byte> piece(kPiece);
  for (;;) {
    const auto count = contents->read(piece);
    if (!count) return base::fail(count.error());
    if (auto added = copy->append(std::span(piece).first(*count)); !added) return added;
    if (*count < piece.size()) break;
  }
  end(archive, *copy);
  return {};
}

std::string DebCopies::original_digest(const std::string& file) const {
  const std::lock_guard lock(mutex_);
  const auto found = digests_.find(file);
  return found == digests_.end() ? "" : found->second;
}

bool DebCopies::has_failed() const {
  const std::lock_guard lock(mutex_);
  return failure_.has_value();
}

}  // namespace ci::apt
