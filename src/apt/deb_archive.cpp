#include "apt/deb_archive.hpp"

#include <fmt/format.h>
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
// ar(5): name 16, time 12, owners 6 + 6, mode 8, size 10 at 48, "`\n"
constexpr std::size_t kNameSize = 16;
constexpr std::size_t kSizeOffset = 48;
constexpr std::size_t kSizeSize = 10;

// By what follows ".tar" in a member's name.
std::optional<base::Compression> compression_of(std::string_view ending) {
  if (ending.empty()) return base::Compression::none;
  if (ending == ".gz") return base::Compression::gzip;
  if (ending == ".xz") return base::Compression::xz;
  if (ending == ".zst") return base::Compression::zstd;
  return std::nullopt;
}

// Finds the member whose name begins with `wanted`, such as "data.tar".
base::Result<DebMember> find_member(int descriptor, std::string_view wanted) {
  auto magic = read_at(descriptor, 0, kMagic.size());
  if (!magic) return fail(magic.error());
  if (*magic != kMagic) return fail(ErrorKind::data, "not a .deb archive");
  std::int64_t offset = kMagic.size();
  for (;;) {
    const auto header = read_at(descriptor, offset, kArHeaderSize);
    if (!header) return fail(header.error());
    if (header->size() < kArHeaderSize || header->substr(kArHeaderSize - 2) != "`\n") {
      return fail(ErrorKind::data, fmt::format("the archive has no member {}", wanted));
    }
    const auto size_text = base::trim(std::string_view(*header).substr(kSizeOffset, kSizeSize));
    std::int64_t size = -1;
    const auto parsed = std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
    if (parsed.ec != std::errc{} || parsed.ptr != size_text.data() + size_text.size() || size < 0) {
      return fail(ErrorKind::data, "the archive has a member without a size");
    }
    offset += kArHeaderSize;
    auto name = base::trim(std::string_view(*header).substr(0, kNameSize));
    if (name.ends_with('/')) name.remove_suffix(1);
    if (name == "debian-binary") {
      const auto version = read_at(descriptor, offset, 2);
      if (!version) return fail(version.error());
      if (*version != "2.") return fail(ErrorKind::data, "a .deb of a version that is not known here");
    }
    if (name.starts_with(wanted)) {
      const auto compression = compression_of(name.substr(wanted.size()));
      if (!compression) return fail(ErrorKind::data, "no way known to decompress " + std::string(name));
      return DebMember{offset - static_cast<std::int64_t>(kArHeaderSize), offset, size, *compression};
    }
    offset += size + size % 2;
  }
}

}  // namespace

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

base::Result<DebMember> find_data_member(int descriptor) {
  return find_member(descriptor, "data.tar");
}

base::Result<DebMember> find_control_member(int descriptor) {
  return find_member(descriptor, "control.tar");
}

std::string ar_header(const std::string& name, std::int64_t size) {
  return fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", name, 0, 0, 0, "100644", size);
}

}  // namespace ci::apt
