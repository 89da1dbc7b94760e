#include "doctor/shell_script.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace ci::doctor {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMaxDepth = 64;  // of command substitutions

struct HereDocument {
  std::string delimiter;
  bool strips_tabs = false;
  bool quoted = false;
};

bool is_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 11> kKeywords = {"if",    "then", "else",   "elif", "do", "while",
                                                          "until", "time", "coproc", "!",    "{"};
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

class Reader {
 public:
  explicit Reader(std::string_view script) : text_(script) {}

  ShellScript read() {
    while (at_ < text_.size()) step();
    while (!frames_.empty()) close_frame();
    return std::move(script_);
  }

 private:
  // One level of $( ... ): the command and the word that are being read.
  struct Frame {
    ShellCommand command;
    ShellWord word;
    bool in_word = false;
    bool in_quotes = false;  // double ones
  };

  Frame& frame() { return frames_.back(); }
  [[nodiscard]] bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

  void begin_word() {
    if (!frame().in_word) frame().word = {"", at_};
    frame().in_word = true;
  }
  void take(std::size_t count) {
    begin_word();
    frame().word.text += text_.substr(at_, count);
    at_ = std::min(at_ + count, text_.size());
  }
  void end_word() {
    if (frame().in_word) frame().command.words.push_back(std::move(frame().word));
    frame().in_word = false;
  }
  void end_command() {
    end_word();
    auto& words = frame().command.words;
    const auto first = std::find_if_not(words.begin(), words.end(), [](const auto& w) { return is_keyword(w.text); });
    words.erase(words.begin(), first);
    if (!words.empty()) script_.commands.push_back(std::move(frame().command));
    frame().command = {};
  }
  void close_frame() {
    end_command();
    frames_.pop_back();
  }

  // Takes an expression as part of a word. False when there is none here.
  bool expression(Quoting quoting) {
    if (!starts("${{")) return false;
    const auto end = expression_end(text_, at_);
    if (end == npos) return false;
    script_.expressions.push_back({at_, end - at_, quoting});
    take(end - at_);
    return true;
  }

  void expressions_until(std::size_t end, Quoting quoting) {
    const auto within = text_.substr(0, end);  // not further: that would take quadratic time
    for (auto at = within.find("${{", at_); at != npos; at = within.find("${{", at + 1)) {
      const auto close = expression_end(within, at);
      if (close != npos) script_.expressions.push_back({at, close - at, quoting});
    }
  }

  void skip(std::size_t count) { at_ = std::min(at_ + count, text_.size()); }

  void step() {
    if (frame().in_quotes) return step_in_quotes();
    if (expression(Quoting::none)) return;
    const char c = text_[at_];
    if (c == '\n') return end_line();
    if (c == '\'') return single_quotes();
    if (c == '#' && !frame().in_word) return comment();
    if (starts("\\\n")) return skip(2);
    if (c == '\\') return escaped();
    if (starts("$(")) return open_substitution();
    if (c == ')') return close_parenthesis();
    if (starts("<<") && !starts("<<<")) return here_document();
    if (c == '"') {
      begin_word();
      frame().in_quotes = true;
      skip(1);
    } else if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
      skip(1);
    } else if (c == '(') {
      end_command();
      skip(1);
      open_frame();
    } else if (c == ';' || c == '|' || (c == '&' && !is_redirection())) {
      end_command();
      skip(1);
    } else {
      take(1);
    }
  }

  void step_in_quotes() {
    if (expression(Quoting::double_quotes)) return;
    const char c = text_[at_];
    if (c == '\\') return escaped();
    if (starts("$(")) return open_substitution();
    if (c != '"') return take(1);
    frame().in_quotes = false;
    skip(1);
  }

  void escaped() {
    begin_word();
    ++at_;
    if (at_ < text_.size()) take(1);
  }

  void single_quotes() {
    begin_word();
    const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
    expressions_until(end, Quoting::single_quotes);
    frame().word.text += text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
  }

  void comment() {
    const auto end = std::min(text_.find('\n', at_), text_.size());
    expressions_until(end, Quoting::comment);
    at_ = end;
  }

  void open_substitution() {
    take(2);
    open_frame();
  }

  void open_frame() {
    if (frames_.size() < kMaxDepth) frames_.emplace_back();
  }

  void close_parenthesis() {
    const bool outermost = frames_.size() == 1;
    if (outermost)
      end_command();
    else
      close_frame();
    if (!outermost && frame().in_word) return take(1);
    skip(1);
  }

  // ">&" and "&>" do not end a command.
  [[nodiscard]] bool is_redirection() const {
    return starts("&>") || (at_ > 0 && (text_[at_ - 1] == '>' || text_[at_ - 1] == '<'));
  }

  void here_document() {
    end_word();
    at_ += 2;
    HereDocument document;
    document.strips_tabs = starts("-");
    if (document.strips_tabs) skip(1);
    while (starts(" ") || starts("\t")) skip(1);
    const auto end = std::min(text_.find_first_of(" \t\n;|&)<>", at_), text_.size());
    for (const char c : text_.substr(at_, end - at_)) {
      if (c == '\'' || c == '"' || c == '\\')
        document.quoted = true;
      else
        document.delimiter += c;
    }
    at_ = end;
    if (!document.delimiter.empty()) pending_.push_back(std::move(document));
  }

  void end_line() {
    end_command();
    ++at_;
    for (const auto& document : std::exchange(pending_, {})) skip_here_document(document);
  }

  void skip_here_document(const HereDocument& document) {
    auto line_at = at_;
    while (line_at < text_.size()) {
      const auto end = std::min(text_.find('\n', line_at), text_.size());
      auto line = text_.substr(line_at, end - line_at);
      while (document.strips_tabs && line.starts_with('\t')) line.remove_prefix(1);
      if (line == document.delimiter) break;
      line_at = std::min(end + 1, text_.size());
    }
    expressions_until(line_at, document.quoted ? Quoting::quoted_here_document : Quoting::here_document);
    at_ = std::min(std::min(text_.find('\n', line_at), text_.size()) + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_ = std::vector<Frame>(1);
  std::vector<HereDocument> pending_;
  ShellScript script_;
};

}  // namespace

std::size_t expression_end(std::string_view text, std::size_t at) {
  bool in_string = false;
  for (auto i = at + 3; i + 1 < text.size(); ++i) {
    if (text[i] == '\'') in_string = !in_string;
    if (in_string) continue;
    if (text.substr(i, 2) == "}}") return i + 2;
    // None of the language; and to read on from each beginning would take quadratic time.
    if (text.substr(i, 3) == "${{") return npos;
  }
  return npos;
}

ShellScript read_shell(std::string_view script) {
  return Reader(script).read();
}

}  // namespace ci::doctor
