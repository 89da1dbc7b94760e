// libFuzzer over the reader of tar archives: any bytes, and members whose checksums are made right so that the parsers
// behind them are reached. Whatever comes, a witness beside the declared folder stays as it was.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/filesystem.hpp"
#include "tar/extraction.hpp"
#include "tar/header.hpp"

namespace {

using namespace ci;

// Takes the input as members: a byte of type, one of length of the name, one of the link, two of the contents, then
// these.
std::string with_headers(std::string_view input) {
  constexpr std::string_view kTypes("015xgLK2");
  std::string archive;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
  const auto take = [&](std::size_t count) {
    const std::string_view piece = input.substr(0, count);
    input.remove_prefix(piece.size());
    return piece;
  };
  while (input.size() > 5) {
    tar::Header header;
    header.type = kTypes[byte(0) % kTypes.size()];
    header.mode = 0600U | byte(0);
    const std::size_t name = byte(1) % 64U, link = byte(2) % 64U, contents = byte(3) * 256U + byte(4);
    input.remove_prefix(5);
    header.name = take(name);
    header.link = take(link);
    const std::string_view bytes = take(contents);
    header.size = bytes.size();
    archive += tar::encode_header(header);
    archive += bytes;
    archive.append(tar::padding_after(bytes.size()), '\0');
  }
  return archive.append(2 * tar::kBlock, '\0');
}

void read(std::string_view bytes) {
  auto folder = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "tar-fuzz-");
  if (!folder) return;
  const auto inner = folder->path() / "inner";
  std::filesystem::create_directory(inner);
  const auto witness = folder->path() / "witness";
  if (!platform::write_file(witness, "as it was")) return;
  archive::MemorySource source(bytes);
  tar::ExtractOptions options{.jobs = 1};
  options.most_content_bytes = 1 << 20;
  (void)tar::extract_tar(source, inner, {{"", inner, {}}}, options);
  std::size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder->path())) entries += entry.exists() ? 1 : 0;
  const auto after = platform::read_file(witness);
  if (entries != 2 || !after || *after != "as it was") std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read(input);
  read(with_headers(input));
  return 0;
}
