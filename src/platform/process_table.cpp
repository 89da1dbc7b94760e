#include "platform/process_table.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>

#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::platform {
namespace {

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{};
}

}  // namespace

ProcessEntry parse_process_stat(std::string_view stat) {
  // "pid (name) state ppid pgrp session ... starttime(field 22) ...": the name may hold anything, blanks and ")" too.
  ProcessEntry entry;
  const auto name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= stat.size()) return {};
  std::string_view rest = stat.substr(name_end + 2);
  if (!take_number(stat, entry.pid)) return {};
  entry.state = rest.front();
  rest.remove_prefix(1);
  pid_t group = 0;
  if (!take_number(rest, entry.parent) || !take_number(rest, group) || !take_number(rest, entry.session)) return {};
  for (int field = 7; field < 22; ++field) {
    const auto begin = rest.find_first_not_of(' ');
    const auto end = rest.find(' ', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return {};
    rest.remove_prefix(end);
  }
  if (!take_number(rest, entry.start)) return {};
  return entry;
}

std::vector<ProcessEntry> read_process_table() {
  std::vector<ProcessEntry> table;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return table;
  std::array<char, 1024> text;
  while (const dirent* item = ::readdir(folder.get())) {
    if (item->d_name[0] < '1' || item->d_name[0] > '9') continue;
    const std::string name = std::string(item->d_name) + "/stat";
    const FileDescriptor file(::openat(::dirfd(folder.get()), name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) continue;  // ended meanwhile
    const auto got = ::read(file.get(), text.data(), text.size());
    if (got <= 0) continue;
    const auto entry = parse_process_stat({text.data(), static_cast<std::size_t>(got)});
    if (entry.pid > 0) table.push_back(entry);
  }
  return table;
}

bool started_with(pid_t pid, std::string_view entry) {
  const auto environment = read_file("/proc/" + std::to_string(pid) + "/environ", std::size_t{4} << 20);
  if (!environment) return false;
  std::string_view rest = *environment;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    if (rest.substr(0, end) == entry) return true;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return false;
}

}  // namespace ci::platform
