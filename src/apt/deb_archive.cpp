#include "apt/deb_archive.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "platform/system_error.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::string_view kMagic = "!<arch>\n";
constexpr std::size_t kHeaderSize = 60;  // ar(5): name 16, times and owners 28, mode 8 ... size 10 at 48, "`\n"
constexpr std::size_t kNameSize = 16;
constexpr std::size_t kSizeOffset = 48;
constexpr std::size_t kSizeSize = 10;

std::optional<base::Compression> compression_of(std::string_view member) {
  if (member == "data.tar") return base::Compression::none;
  if (member == "data.tar.gz") return base::Compression::gzip;
  if (member == "data.tar.xz") return base::Compression::xz;
  if (member == "data.tar.zst") return base::Compression::zstd;
  return std::nullopt;
}

// Reads `size` bytes at `offset`; fewer only at the end of the file.
base::Result<std::string> read_at(int descriptor, std::int64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto count = ::pread(descriptor, bytes.data() + done, size - done, offset + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(platform::system_error("cannot read the archive", errno));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

base::Result<DebMember> find_data_member(int descriptor) {
  auto magic = read_at(descriptor, 0, kMagic.size());
  if (!magic) return fail(magic.error());
  if (*magic != kMagic) return fail(ErrorKind::data, "not a .deb archive");
  std::int64_t offset = kMagic.size();
  for (;;) {
    const auto header = read_at(descriptor, offset, kHeaderSize);
    if (!header) return fail(header.error());
    if (header->size() < kHeaderSize || header->substr(kHeaderSize - 2) != "`\n") {
      return fail(ErrorKind::data, "the archive has no member data.tar");
    }
    const auto size_text = base::trim(std::string_view(*header).substr(kSizeOffset, kSizeSize));
    std::int64_t size = -1;
    const auto parsed = std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
    if (parsed.ec != std::errc{} || parsed.ptr != size_text.data() + size_text.size() || size < 0) {
      return fail(ErrorKind::data, "the archive has a member without a size");
    }
    offset += kHeaderSize;
    auto name = base::trim(std::string_view(*header).substr(0, kNameSize));
    if (name.ends_with('/')) name.remove_suffix(1);
    if (name.starts_with("data.tar")) {
      const auto compression = compression_of(name);
      if (!compression) return fail(ErrorKind::data, "no way known to decompress " + std::string(name));
      return DebMember{offset, size, *compression};
    }
    offset += size + size % 2;
  }
}

}  // namespace ci::apt
