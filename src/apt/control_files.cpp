#include "apt/control_files.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include "apt/deb_contents.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/system_error.hpp"
#include "relay/protocol.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;
using platform::FileDescriptor;
using platform::system_error;

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kLargest = std::size_t{64} << 20;  // of all of control.tar; md5sums and scripts are in it

// tar(5): a block of 512 bytes before each file.
constexpr std::size_t kBlock = 512;
struct Field {
  std::size_t offset, size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUser{108, 8}, kGroup{116, 8}, kSize{124, 12}, kChecksum{148, 8},
    kPrefix{345, 155};
constexpr std::size_t kType = 156;

std::string_view text_of(std::string_view header, Field field) {
  return {header.data() + field.offset, ::strnlen(header.data() + field.offset, field.size)};
}

// An octal number, which spaces may surround.
std::optional<std::size_t> number_in(std::string_view header, Field field) {
  std::size_t number = 0;
  bool has_digits = false;
  for (const char character : text_of(header, field)) {
    if (character == ' ') continue;
    if (character < '0' || character > '7') return std::nullopt;
    number = number * 8 + static_cast<std::size_t>(character - '0');
    has_digits = true;
  }
  return has_digits ? std::optional(number) : std::nullopt;
}

// The sum of the header's bytes, those of the sum itself taken as spaces.
std::size_t sum_of(std::string_view header) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool is_sum = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    sum += is_sum ? std::size_t{' '} : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

base::Result<std::string> read_tar(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(system_error("cannot open", path, errno));
  const auto member = find_control_member(file.get());
  if (!member) return fail(member.error());
  DebContents contents(std::move(file), *member);
  std::string tar;
  std::size_t count = 0;
  do {
    const auto before = tar.size();
    if (before > kLargest) return fail(ErrorKind::data, "the control data is too large");
    tar.resize(before + kPiece);
    const auto read = contents.read(std::as_writable_bytes(std::span(tar).subspan(before)));
    if (!read) return fail(read.error());
    count = *read;
    tar.resize(before + count);
  } while (count == kPiece);
  return tar;
}

}  // namespace

base::Result<std::vector<ControlFile>> parse_control_files(std::string_view tar) {
  std::vector<ControlFile> files;
  for (std::size_t at = 0; at + kBlock <= tar.size();) {
    const auto header = tar.substr(at, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) return files;  // the end
    const auto mode = number_in(header, kMode), size = number_in(header, kSize), sum = number_in(header, kChecksum);
    if (!mode || !size || sum != sum_of(header) || *size > tar.size() - at - kBlock) {
      return fail(ErrorKind::data, "the control data is no tar archive");
    }
    auto name = text_of(header, kName);
    if (name.starts_with("./")) name.remove_prefix(2);
    const char type = header[kType];
    const bool is_folder = type == '5' && (name.empty() || name == ".");
    const bool is_file = (type == '0' || type == '\0') && !name.empty() && name.find('/') == std::string_view::npos &&
                         name != "." && name != "..";
    if ((!is_folder && !is_file) || number_in(header, kUser) != 0 || number_in(header, kGroup) != 0 ||
        !text_of(header, kPrefix).empty()) {
      return fail(ErrorKind::data, "the control data is more than plain files of root");
    }
    if (is_file) {
      files.push_back(
          {std::string(name), static_cast<mode_t>(*mode & 07777U), std::string(tar.substr(at + kBlock, *size))});
    }
    at += kBlock + (*size + kBlock - 1) / kBlock * kBlock;
  }
  return fail(ErrorKind::data, "the control data is cut short");
}

base::Result<std::vector<ControlFile>> read_control_files(const std::filesystem::path& path) {
  const auto tar = read_tar(path);
  if (!tar) return fail(tar.error());
  return parse_control_files(*tar);
}

base::Result<std::string> read_control(const std::filesystem::path& path) {
  auto files = read_control_files(path);
  if (!files) return fail(files.error());
  const auto control =
      std::find_if(files->begin(), files->end(), [](const auto& file) { return file.name == "control"; });
  if (control == files->end()) return fail(ErrorKind::data, "the archive has no control file");
  return std::move(control->contents);
}

std::string packed(const std::vector<ControlFile>& files) {
  std::string bytes;
  for (const auto& file : files) {
    const relay::ControlFileHead head{file.mode, static_cast<std::uint32_t>(file.name.size() + 1),
                                      file.contents.size()};
    bytes.append(reinterpret_cast<const char*>(&head), sizeof head);
    bytes.append(file.name.c_str(), file.name.size() + 1).append(file.contents);
  }
  return bytes;
}

}  // namespace ci::apt
