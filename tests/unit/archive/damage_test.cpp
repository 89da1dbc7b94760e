// A damaged archive is never called good, whatever byte it is.
#include <gmock/gmock.h>

#include "archive/format.hpp"
#include "tree.hpp"

namespace ci::archive {
namespace {

std::string small_archive() {
  const Tree tree;
  tree.file("folder/text", "some text\n", 0640);
  tree.file("run", "#!/bin/sh\n", 0755);
  tree.symlink("text", "folder/link");
  auto archive = archived({tree.source({"old"})});
  EXPECT_TRUE(archive);
  return *archive;
}

TEST(Damage, EveryFlippedByteIsFound) {
  const std::string archive = small_archive();
  for (std::size_t i = 0; i < archive.size(); ++i) {
    std::string damaged = archive;
    damaged[i] = static_cast<char>(damaged[i] ^ (1U << (i % 8)));
    const Tree after;
    const auto summary = extracted(damaged, {after.target()}, placing_all(), 1);
    ASSERT_FALSE(summary) << "byte " << i << " of " << archive.size();
    ASSERT_EQ(summary.error().kind, base::ErrorKind::data) << summary.error().message;
  }
}

TEST(Damage, EveryCutIsFound) {
  const std::string archive = small_archive();
  for (std::size_t size = 0; size < archive.size(); ++size) {
    const Tree after;
    ASSERT_FALSE(extracted(archive.substr(0, size), {after.target()}, placing_all(), 1)) << size << " bytes";
  }
  const Tree after;
  EXPECT_FALSE(extracted(archive + 'x', {after.target()})) << "something follows";
  EXPECT_FALSE(extracted(archive + archive, {after.target()})) << "a second archive follows";
  EXPECT_TRUE(extracted(archive, {after.target()}));
}

// The stream header, each frame and the trailer, as separate pieces.
std::vector<std::string> pieces_of(std::string_view archive) {
  std::vector<std::string> pieces{std::string(archive.substr(0, kStreamHeaderSize))};
  archive.remove_prefix(kStreamHeaderSize);
  while (archive.size() > kFrameHeaderSize) {
    const auto header = decode_frame_header(archive.substr(0, kFrameHeaderSize));
    pieces.emplace_back(archive.substr(0, kFrameHeaderSize + header->compressed_size));
    archive.remove_prefix(pieces.back().size());
  }
  pieces.emplace_back(archive);
  return pieces;
}

TEST(Damage, WholeFramesMissingSwappedOrFromElsewhereAreFound) {
  const Tree first;
  first.file("large", noise(3 * kFrameRawTarget));
  const Tree second;
  second.file("large", noise(3 * kFrameRawTarget, 2));
  second.mtime("large", 1, 0);
  first.mtime("large", 1, 0);
  const auto pieces = pieces_of(*archived({first.source()}));
  const auto others = pieces_of(*archived({second.source()}));
  ASSERT_EQ(pieces.size(), 7U) << "header, head, three data frames, manifest, trailer";
  const auto is_refused = [](const std::vector<std::string>& changed) {
    std::string archive;
    for (const std::string& piece : changed) archive += piece;
    const Tree after;
    return !extracted(archive, {after.target()});
  };
  EXPECT_FALSE(is_refused(pieces));
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto changed = pieces;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(is_refused(changed)) << "without piece " << i;
    changed = pieces;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), pieces[i]);
    EXPECT_TRUE(is_refused(changed)) << "with piece " << i << " twice";
    changed = pieces;
    changed[i] = others[i];
    EXPECT_TRUE(is_refused(changed) || changed == pieces) << "with another archive's piece " << i;
    if (i == 0) continue;
    changed = pieces;
    std::swap(changed[i - 1], changed[i]);
    EXPECT_TRUE(is_refused(changed)) << "with piece " << i << " first";
  }
}

TEST(Damage, NothingOfADamagedFrameIsPutInPlace) {
  const Tree before;
  before.file("file", noise(1000));
  std::string archive = *archived({before.source()});
  const std::size_t inside = archive.find(noise(1000).substr(100, 20));
  ASSERT_NE(inside, std::string::npos);
  archive[inside] = static_cast<char>(archive[inside] ^ 1);
  const Tree after;
  EXPECT_FALSE(extracted(archive, {after.target()}));
  EXPECT_TRUE(std::filesystem::is_empty(after.path()));
}

TEST(Damage, AListingOfADamagedFileIsRefusedOrTheSame) {
  const std::string archive = small_archive();
  const Tree place;
  const auto listing_of = [&](const std::string& bytes) {
    place.file("archive", bytes);
    const platform::FileDescriptor file(::open(place.at("archive").c_str(), O_RDONLY | O_CLOEXEC));
    return read_listing(file.get());
  };
  const auto good = listing_of(archive);
  ASSERT_TRUE(good);
  for (std::size_t i = 0; i < archive.size(); ++i) {
    std::string damaged = archive;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    const auto listing = listing_of(damaged);
    if (listing) {
      ASSERT_EQ(listing->members, good->members) << "byte " << i;
      ASSERT_EQ(listing->head.text, good->head.text) << "byte " << i;
    }
    ASSERT_FALSE(listing_of(archive.substr(0, i))) << "cut at " << i;
  }
}

TEST(Damage, AnotherVersionIsToldApartFromDamage) {
  std::string archive = small_archive();
  archive[8] = 2;
  const Tree after;
  EXPECT_THAT(extracted(archive, {after.target()}).error().message, testing::HasSubstr("version 2"));
  EXPECT_THAT(extracted("PK\x03\x04 something else entirely", {after.target()}).error().message,
              testing::HasSubstr("no ci-optimizer archive"));
}

// Gives as few bytes at a time as a slow network may.
class DrippingSource final : public ByteSource {
 public:
  DrippingSource(std::string_view bytes, std::size_t fails_after) : rest_(bytes), fails_after_(fails_after) {}
  base::Result<std::size_t> read(std::span<char> buffer) override {
    if (fails_after_-- == 0) return base::fail(base::ErrorKind::timeout, "the transfer stalled");
    const std::size_t count = std::min({buffer.size(), rest_.size(), std::size_t{7}});
    std::copy_n(rest_.begin(), count, buffer.begin());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t fails_after_;
};

TEST(Damage, ASourceMayGiveFewBytesAtATimeOrFail) {
  const std::string archive = small_archive();
  for (const std::size_t fails_after : {std::size_t{0}, std::size_t{3}, std::size_t{20}, std::size_t{1} << 20}) {
    const Tree after;
    DrippingSource source(archive, fails_after);
    ArchiveReader reader(source);
    std::string message;
    if (const auto head = reader.read_head(); !head) {
      message = head.error().message;
    } else if (const auto summary = reader.extract({after.target()}, {}); !summary) {
      message = summary.error().message;
    }
    EXPECT_EQ(message, fails_after > 1000 ? "" : "the transfer stalled");
  }
}

}  // namespace
}  // namespace ci::archive
