#include "elf/elf_file.hpp"

#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>

namespace ci::elf {
namespace {

constexpr std::size_t kFirstRead = 4096;                    // has the headers of nearly every file
constexpr std::size_t kMostHeaders = 4096;                  // program headers
constexpr std::size_t kMostDynamic = std::size_t{1} << 20;  // bytes of the dynamic section
constexpr std::size_t kLongestName = 4096;

// Reads parts of the file, the beginning from memory. Any failure leaves it failed, and every part empty.
class FileParts {
 public:
  explicit FileParts(int descriptor) : descriptor_(descriptor) { beginning_ = read(0, kFirstRead); }

  // Up to `size` bytes at `offset`: fewer at the end of the file.
  std::string read(std::uint64_t offset, std::size_t size) {
    if (offset + size <= beginning_.size()) return beginning_.substr(offset, size);
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const auto count = ::pread(descriptor_, bytes.data() + have, size - have, static_cast<off_t>(offset + have));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) error_ = errno;
      if (count <= 0) break;
      have += static_cast<std::size_t>(count);
    }
    bytes.resize(have);
    return bytes;
  }

  // `count` values of type T at `offset`; none when the file does not have them all.
  template <class T>
  std::vector<T> values(std::uint64_t offset, std::size_t count) {
    const auto bytes = read(offset, count * sizeof(T));
    if (bytes.size() != count * sizeof(T)) return {};
    std::vector<T> found(count);
    std::memcpy(found.data(), bytes.data(), bytes.size());
    return found;
  }

  [[nodiscard]] const std::string& beginning() const { return beginning_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  int descriptor_;
  std::string beginning_;
  int error_ = 0;
};

struct Elf32 {
  using Header = Elf32_Ehdr;
  using Segment = Elf32_Phdr;
  using Dynamic = Elf32_Dyn;
};
struct Elf64 {
  using Header = Elf64_Ehdr;
  using Segment = Elf64_Phdr;
  using Dynamic = Elf64_Dyn;
};

// Where the file has what is loaded at `address`.
template <class Segment>
std::optional<std::uint64_t> offset_of(std::uint64_t address, const std::vector<Segment>& segments) {
  for (const auto& segment : segments) {
    const std::uint64_t start = segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= start && address - start < segment.p_filesz) {
      return segment.p_offset + (address - start);
    }
  }
  return std::nullopt;
}

std::string up_to_zero(std::string text) {
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

// The strings at `offsets` of the table at `table`, with as few reads as they allow.
std::vector<std::string> strings(FileParts& parts, std::uint64_t table, const std::vector<std::uint64_t>& offsets) {
  std::vector<std::string> found;
  if (offsets.empty()) return found;
  constexpr std::uint64_t kReadAtOnce = 16384;
  const auto [first, last] = std::minmax_element(offsets.begin(), offsets.end());
  const bool close = *last - *first < kReadAtOnce;
  const auto block = close ? parts.read(table + *first, *last - *first + kLongestName) : std::string();
  for (const auto offset : offsets) {
    const auto at = offset - *first;
    found.push_back(up_to_zero(close ? (at < block.size() ? block.substr(at, kLongestName) : "")
                                     : parts.read(table + offset, kLongestName)));
  }
  return found;
}

template <class Elf>
std::optional<ElfFile> read_dynamic(FileParts& parts) {
  const auto headers = parts.values<typename Elf::Header>(0, 1);
  if (headers.empty()) return std::nullopt;
  const auto& header = headers.front();
  if ((header.e_type != ET_EXEC && header.e_type != ET_DYN) || header.e_phentsize != sizeof(typename Elf::Segment) ||
      header.e_phnum > kMostHeaders) {
    return std::nullopt;
  }
  const auto segments = parts.values<typename Elf::Segment>(header.e_phoff, header.e_phnum);
  const auto dynamic =
      std::find_if(segments.begin(), segments.end(), [](const auto& segment) { return segment.p_type == PT_DYNAMIC; });
  if (dynamic == segments.end() || dynamic->p_filesz > kMostDynamic) return std::nullopt;

  ElfFile file;
  file.target = {header.e_machine, header.e_ident[EI_CLASS]};
  for (const auto& segment : segments) {
    if (segment.p_type == PT_INTERP && segment.p_filesz <= kLongestName) {
      file.interpreter = up_to_zero(parts.read(segment.p_offset, segment.p_filesz));
    }
  }
  std::optional<std::uint64_t> table;
  std::vector<std::uint64_t> tags, offsets;
  for (const auto& entry : parts.values<typename Elf::Dynamic>(
           dynamic->p_offset, static_cast<std::size_t>(dynamic->p_filesz / sizeof(typename Elf::Dynamic)))) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_STRTAB) table = offset_of(entry.d_un.d_ptr, segments);
    if (entry.d_tag == DT_NEEDED || entry.d_tag == DT_SONAME || entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH) {
      tags.push_back(static_cast<std::uint64_t>(entry.d_tag));
      offsets.push_back(entry.d_un.d_val);
    }
  }
  if (!table) return file;
  const auto texts = strings(parts, *table, offsets);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (tags[i] == DT_NEEDED) file.needed.push_back(texts[i]);
    if (tags[i] == DT_SONAME) file.soname = texts[i];
    if (tags[i] == DT_RPATH) file.rpath = texts[i];
    if (tags[i] == DT_RUNPATH) file.runpath = texts[i];
  }
  return file;
}

}  // namespace

base::Result<std::optional<ElfFile>> read_elf(int descriptor) {
  FileParts parts(descriptor);
  const std::string_view ident = parts.beginning();
  std::optional<ElfFile> file;
  constexpr unsigned char kOwnOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  if (ident.size() >= EI_NIDENT && ident.starts_with(std::string_view(ELFMAG, SELFMAG)) &&
      static_cast<unsigned char>(ident[EI_DATA]) == kOwnOrder) {
    if (ident[EI_CLASS] == ELFCLASS64) file = read_dynamic<Elf64>(parts);
    if (ident[EI_CLASS] == ELFCLASS32) file = read_dynamic<Elf32>(parts);
  }
  if (parts.error() != 0) {
    return base::fail(base::ErrorKind::io,
                      "cannot read an ELF file: " + std::generic_category().message(parts.error()));
  }
  return file;
}

}  // namespace ci::elf
