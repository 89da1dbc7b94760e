// archive_bench write FOLDER FILE [LEVEL [JOBS]] | extract FILE FOLDER [JOBS]: the archive alone, timed from outside.
// Keeps owners, extended attributes and hard links, as the restoration of packages does.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "archive/writer.hpp"
#include "base/text.hpp"

namespace {

using namespace ci;

int failed(const base::Error& error) {
  fmt::print(stderr, "archive_bench: error: {}\n", error.message);
  return 1;
}

unsigned number(const std::vector<std::string>& arguments, std::size_t place, unsigned otherwise) {
  if (arguments.size() <= place) return otherwise;
  return static_cast<unsigned>(base::parse_integer(arguments[place]).value_or(otherwise));
}

void print_cost(std::chrono::steady_clock::time_point start) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  fmt::print("wall {:.3f} s, user {:.3f} s, system {:.3f} s, memory {:.1f} MB\n", wall.count(), seconds(usage.ru_utime),
             seconds(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1e3);
}

int write(const std::vector<std::string>& arguments) {
  auto paths = archive::list_tree(arguments[2], {""});
  if (!paths) return failed(paths.error());
  const platform::FileDescriptor file(::open(arguments[3].c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                             0666));  // NOLINT(cppcoreguidelines-pro-type-vararg)
  archive::DescriptorSink sink(file.get());
  archive::WriteOptions options{.level = archive::fixed_level(static_cast<int>(number(arguments, 4, 3))),
                                .jobs = number(arguments, 5, 0)};
  options.scan = {archive::Owners::keep, archive::Xattrs::keep, archive::HardLinks::keep, {}};
  auto summary = archive::write_archive(sink, {{"root", arguments[2], *paths, {}}}, "{}", options);
  if (!summary) return failed(summary.error());
  fmt::print("{} members, {} bytes -> {} bytes\n", summary->members, summary->content_bytes, summary->archive_bytes);
  return 0;
}

int extract(const std::vector<std::string>& arguments) {
  const platform::FileDescriptor file(::open(arguments[2].c_str(), O_RDONLY | O_CLOEXEC));
  archive::DescriptorSource source(file.get());
  archive::ArchiveReader reader(source);
  if (auto head = reader.read_head(); !head) return failed(head.error());
  archive::ExtractOptions options{.jobs = number(arguments, 4, 0)};
  options.place = {archive::Owners::keep, archive::Xattrs::keep, archive::Existing::compare_contents};
  auto summary = reader.extract({{"root", arguments[3], {}}}, options);
  if (!summary) return failed(summary.error());
  fmt::print("{} members, {} bytes, {} written, {} kept\n", summary->members, summary->content_bytes, summary->written,
             summary->kept);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values, values + count);
  const auto start = std::chrono::steady_clock::now();
  int code = 64;
  if (arguments.size() >= 4 && arguments[1] == "write") code = write(arguments);
  if (arguments.size() >= 4 && arguments[1] == "extract") code = extract(arguments);
  if (code == 64)
    fmt::print(stderr, "usage: archive_bench write FOLDER FILE [LEVEL [JOBS]] | extract FILE FOLDER [JOBS]\n");
  print_cost(start);
  return code;
}
