#include "platform/descriptor_offer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "platform/filesystem.hpp"

namespace ci::platform {
namespace {

TEST(DescriptorOffer, HandsOutTheSameOpenFileUntilItsEnd) {
  const auto folder = TemporaryFolder::make("/tmp", "offer-").value();
  ASSERT_TRUE(write_file(folder.path() / "file", "contents"));
  const FileDescriptor file(::open((folder.path() / "file").c_str(), O_RDONLY | O_CLOEXEC));
  const auto socket = folder.path() / "socket";
  {
    const auto offer = offer_descriptor(socket, file.get());
    ASSERT_TRUE(offer.has_value()) << offer.error().message;
    const auto taken = take_offer(socket);
    ASSERT_TRUE(taken.has_value()) << taken.error().message;
    std::array<char, 16> bytes{};
    EXPECT_EQ(::read(taken->get(), bytes.data(), bytes.size()), 8);
    EXPECT_TRUE(take_offer(socket).has_value()) << "as often as it is asked for";
  }
  EXPECT_EQ(take_offer(socket).error().kind, base::ErrorKind::unavailable);
}

TEST(DescriptorOffer, NeedsAPathThatIsFree) {
  const auto folder = TemporaryFolder::make("/tmp", "offer-").value();
  const auto socket = folder.path() / "socket";
  ASSERT_TRUE(write_file(socket, ""));
  EXPECT_EQ(offer_descriptor(socket, 0).error().kind, base::ErrorKind::io);
}

}  // namespace
}  // namespace ci::platform
