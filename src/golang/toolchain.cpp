#include "golang/toolchain.hpp"

#include <array>
#include <cctype>
#include <charconv>

namespace ci::golang {
namespace {

// Major, minor, patch, kind (0 none, 1 beta, 2 release candidate, 3 released), number of that kind.
using Version = std::array<int, 5>;

constexpr int kBeta = 1, kCandidate = 2, kReleased = 3;

int take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Version parse(std::string_view text) {
  Version version{};
  take(text, "go");
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0) return version;
  version[0] = take_number(text);
  if (take(text, ".")) version[1] = take_number(text);
  if (take(text, ".")) version[2] = take_number(text);
  version[3] = take(text, "beta") ? kBeta : take(text, "rc") ? kCandidate : kReleased;
  if (version[3] != kReleased) version[4] = take_number(text);
  return version;
}

}  // namespace

bool is_newer(std::string_view a, std::string_view b) {
  return parse(a) > parse(b);
}

std::string selected_toolchain(const std::string& installed, const std::string& wanted, const std::string& toolchain,
                               const std::string& go) {
  constexpr std::string_view kFirstThatSelects = "1.21";
  if (is_newer(kFirstThatSelects, installed) || wanted == "local") return installed;
  const auto plus = wanted.find('+');
  const auto name = wanted.substr(0, plus);
  std::string selected = name.starts_with("go") ? name : installed;
  if (name.starts_with("go") && plus == std::string::npos) return selected;
  for (const auto& line : {toolchain, go}) {
    if (line.empty() || line == "default" || !is_newer(line, selected)) continue;
    selected = line.starts_with("go") ? line : "go" + line;
  }
  return selected;
}

}  // namespace ci::golang
