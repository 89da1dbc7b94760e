#include "report/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"

namespace ci::report {
namespace {

constexpr std::string_view kMeaningful = "&<>|`*_[]~\\$#";
constexpr std::string_view kCutMark = "\xE2\x80\xA6";

// Whether a bare address begins or goes on at `at`, which GitHub makes a link of: "://", "www.".
bool makes_link(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with("://") || text.substr(at).starts_with("www.");
}

std::string with_entities(std::string_view text, std::string_view at_sign) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '@') {
      safe += at_sign;
    } else if (makes_link(text, i)) {
      safe += fmt::format("&#{};", static_cast<int>(c));
    } else if (kMeaningful.find(c) != std::string_view::npos) {
      safe += fmt::format("&#{};", static_cast<int>(c));
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string part(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  return std::string(base::truncate_utf8(text, bytes)) + std::string(kCutMark);
}

// Returns the number of backticks that open this line's fence; 0 when it is none.
std::size_t fence_length(std::string_view line) {
  const auto length = std::min(line.find_first_not_of('`'), line.size());
  return length >= 3 ? length : 0;
}

// Returns the fence that is still open at the end of `text`, or "".
std::string open_fence(std::string_view text) {
  std::size_t open = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    const std::size_t length = fence_length(line);
    if (open == 0) {
      open = length;
    } else if (length >= open && length == line.size()) {
      open = 0;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::string(open, '`');
}

}  // namespace

std::string escaped(std::string_view text) {
  // GitHub looks for mentions and issues after Markdown is done with entities: only something between the sign and the
  // name prevents them.
  return base::replace_all(with_entities(platform::disarmed_line(text), "@&#8203;"), "&#35;", "&#35;&#8203;");
}

std::string code(std::string_view text) {
  // No mention is looked for in <code>, and what people copy from there must be exact; but addresses of e-mail are, and
  // only a comment, which nobody sees, keeps them from becoming links (cmark-gfm 0.29.0.gfm.6).
  return "<code>" + with_entities(platform::disarmed_line(text), "&#64;<!-- -->") + "</code>";
}

std::string escaped_part(std::string_view text, std::size_t bytes) {
  return escaped(part(text, bytes));
}

std::string code_part(std::string_view text, std::size_t bytes) {
  return code(part(text, bytes));
}

std::string fenced(std::string_view text) {
  std::string lines;
  for (const auto& line : base::split(text, '\n')) lines += platform::disarmed_line(line) + '\n';
  std::size_t longest = 2, run = 0;
  for (const char c : lines) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + '\n' + lines + fence + '\n';
}

std::string cut_markdown(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  // The fence to be added is as long as one in the text, so that its length is known only after the cut.
  std::size_t room = bytes;
  for (;;) {
    const auto kept = base::truncate_utf8(text, room);
    const auto fence = open_fence(kept);
    const std::string ending = std::string(kCutMark) + (fence.empty() ? "" : "\n" + fence + "\n");
    if (kept.size() + ending.size() <= bytes) return std::string(kept) + ending;
    if (room == 0) return "";
    room -= std::min(room, kept.size() + ending.size() - bytes);
  }
}

}  // namespace ci::report
