#include "tar/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace ci::tar {
namespace {

using base::ErrorKind;
using base::fail;

struct Field {
  std::size_t offset;
  std::size_t size;
};

constexpr Field kNameField{0, kMostName};
constexpr Field kModeField{100, 8};
constexpr Field kUidField{108, 8};
constexpr Field kGidField{116, 8};
constexpr Field kSizeField{124, 12};
constexpr Field kMtimeField{136, 12};
constexpr Field kChecksumField{148, 8};
constexpr std::size_t kTypeOffset = 156;
constexpr Field kLinkField{157, kMostName};
constexpr Field kMagicField{257, 8};
constexpr Field kPrefixField{345, 155};
constexpr std::string_view kUstar("ustar\00000", 8);
constexpr std::uint32_t kModeBits = 07777;

std::string_view bytes_of(std::string_view block, Field field) {
  return block.substr(field.offset, field.size);
}

std::string_view text_of(std::string_view block, Field field) {
  const std::string_view bytes = bytes_of(block, field);
  return bytes.substr(0, std::min(bytes.find('\0'), bytes.size()));
}

// GNU tar's binary number: the first bit is set, the rest is big-endian and has a sign.
std::optional<std::int64_t> binary_number(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  const bool negative = (first & 0x40) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint64_t top = value >> 55;  // must be nothing but the sign, or a byte is lost
    if (top != 0 && top != 0x1FF) return std::nullopt;
    auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 0) byte = negative ? static_cast<unsigned char>(first | 0x80) : static_cast<unsigned char>(first & 0x3F);
    value = (value << 8) | byte;
  }
  return static_cast<std::int64_t>(value);
}

// An octal number between blanks, ended by a blank, NUL or the field's end; empty means 0.
std::optional<std::int64_t> octal_number(std::string_view bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of(' '), bytes.size()));
  std::int64_t value = 0;
  while (!bytes.empty() && bytes.front() >= '0' && bytes.front() <= '7') {
    value = value * 8 + (bytes.front() - '0');  // 12 digits at most
    bytes.remove_prefix(1);
  }
  if (bytes.find_first_not_of(std::string_view(" \0", 2)) != std::string_view::npos) return std::nullopt;
  return value;
}

std::optional<std::int64_t> number_of(std::string_view block, Field field) {
  const std::string_view bytes = bytes_of(block, field);
  return (static_cast<unsigned char>(bytes[0]) & 0x80) != 0 ? binary_number(bytes) : octal_number(bytes);
}

// The sum of all bytes, those of the checksum counted as blanks. Old programs added signed bytes.
template <class Byte>
std::int64_t sum_of(std::string_view block) {
  const auto add = [](std::int64_t sum, char byte) { return sum + static_cast<Byte>(byte); };
  const std::string_view after = block.substr(kChecksumField.offset + kChecksumField.size);
  const std::int64_t before =
      std::accumulate(block.begin(), block.begin() + kChecksumField.offset, std::int64_t{0}, add);
  return std::accumulate(after.begin(), after.end(), before + std::int64_t{' '} * kChecksumField.size, add);
}

void put_text(std::string& block, Field field, std::string_view text) {
  block.replace(field.offset, std::min(text.size(), field.size), text.substr(0, field.size));
}

// Octal digits with a NUL after them; 0 for what does not fit.
void put_number(std::string& block, Field field, std::uint64_t value) {
  std::string digits = fmt::format("{:0{}o}", value, field.size - 1);
  if (digits.size() >= field.size) digits.assign(field.size - 1, '0');
  put_text(block, field, digits);
}

}  // namespace

base::Result<std::optional<Header>> decode_header(std::string_view block) {
  if (std::all_of(block.begin(), block.end(), [](char byte) { return byte == 0; })) return std::nullopt;
  const auto checksum = number_of(block, kChecksumField);
  if (!checksum || (*checksum != sum_of<unsigned char>(block) && *checksum != sum_of<signed char>(block))) {
    return fail(ErrorKind::data, "the tar archive is damaged: a header has the wrong checksum");
  }
  Header header;
  header.name = text_of(block, kNameField);
  header.link = text_of(block, kLinkField);
  header.type = block[kTypeOffset];
  if (bytes_of(block, kMagicField) == kUstar) {
    if (const auto prefix = text_of(block, kPrefixField); !prefix.empty()) {
      header.name = fmt::format("{}/{}", prefix, header.name);
    }
  }
  const auto mode = number_of(block, kModeField), uid = number_of(block, kUidField), gid = number_of(block, kGidField),
             size = number_of(block, kSizeField), mtime = number_of(block, kMtimeField);
  if (!mode || !uid || !gid || !size || !mtime || *uid < 0 || *gid < 0 || *size < 0) {
    return fail(ErrorKind::data, "the tar archive is damaged: a header has a number that is none");
  }
  header.mode = static_cast<std::uint32_t>(*mode) & kModeBits;
  header.uid = static_cast<std::uint64_t>(*uid);
  header.gid = static_cast<std::uint64_t>(*gid);
  header.size = static_cast<std::uint64_t>(*size);
  header.mtime = *mtime;
  return header;
}

std::string encode_header(const Header& header) {
  std::string block(kBlock, '\0');
  put_text(block, kNameField, header.name);
  put_number(block, kModeField, header.mode);
  put_number(block, kUidField, header.uid);
  put_number(block, kGidField, header.gid);
  put_number(block, kSizeField, header.size);
  put_number(block, kMtimeField, static_cast<std::uint64_t>(std::max(header.mtime, std::int64_t{0})));
  block[kTypeOffset] = header.type;
  put_text(block, kLinkField, header.link);
  put_text(block, kMagicField, kUstar);
  put_text(block, kChecksumField, fmt::format("{:06o}", sum_of<unsigned char>(block)));
  block[kChecksumField.offset + 7] = ' ';
  return block;
}

}  // namespace ci::tar
