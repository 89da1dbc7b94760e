// libFuzzer over the archive's reader: any bytes, with digests made right so that the parsers behind them are reached.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "archive/frame_stream.hpp"
#include "archive/reader.hpp"
#include "fakes/memory_sink.hpp"
#include "platform/filesystem.hpp"

namespace {

using namespace ci;

// Takes the input as frames: one byte of kind, two of length, then what the frame holds.
std::string sealed(std::string_view input) {
  test::MemorySink sink;
  archive::FrameSender sender(sink);
  archive::FrameSealer sealer(archive::fixed_level(1));
  (void)sender.start();
  while (input.size() > 3) {
    const auto kind = static_cast<archive::FrameKind>(1 + static_cast<unsigned char>(input[0]) % 4);
    const std::size_t length = static_cast<unsigned char>(input[1]) * 256U + static_cast<unsigned char>(input[2]);
    const std::string_view raw = input.substr(3, length);
    if (const auto frame = sealer.seal(kind, sender.next_index(), raw)) (void)sender.send(*frame);
    input.remove_prefix(3 + raw.size());
  }
  (void)sender.finish();
  return sink.contents;
}

void read(std::string_view bytes) {
  auto folder = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "archive-fuzz-");
  if (!folder) return;
  archive::MemorySource source(bytes);
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return;
  archive::ExtractOptions options{.jobs = 1};
  options.most_content_bytes = 1 << 20;
  std::vector<archive::TargetRoot> targets;
  for (const std::string& name : head->roots) targets.push_back({name, folder->path(), {}});
  (void)reader.extract(targets, options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read(input);
  read(sealed(input));
  return 0;
}
