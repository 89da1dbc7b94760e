#include "base/glob_segment.hpp"

#include <algorithm>

#include "base/script_regexp.hpp"
#include "base/utf16.hpp"

namespace ci::base {

// Reads a segment as minimatch does when it makes a regular expression of it. A class that is left open or that
// JavaScript would refuse is read again as a pattern of its own after a literal "[".
class GlobSegment::Reader {
 public:
  explicit Reader(GlobSegment& segment) : segment_(segment) {}

  struct Reading {
    std::vector<Token> tokens;
    bool magic = false;  // has wildcards
  };

  Reading read(std::u16string_view text) {
    Reading result;
    std::u16string body;  // of the open class
    bool in_class = false;
    bool literal_start = false;  // the class begins with an escaped unit
    bool escaping = false;
    std::size_t opened = 0;
    const auto add = [&](char16_t unit, bool escaped) {
      if (!in_class) {
        result.tokens.push_back({Match::unit, unit});
        return;
      }
      if (body.empty()) literal_start = escaped;
      body.push_back(unit);
    };

    for (std::size_t at = 0; at < text.size(); ++at) {
      const char16_t unit = text[at];
      if (escaping && kEscapable.find(unit) != kEscapable.npos) {
        add(unit, true);
        escaping = false;
      } else if (unit == u'\\') {
        escaping = true;
      } else if (unit == u'@') {
        add(unit, false);  // and an escape before it holds for what follows
      } else if (in_class && unit == u'!' && at == opened + 1) {
        add(u'^', false);
      } else if (!in_class && (unit == u'*' || unit == u'?')) {
        result.tokens.push_back({unit == u'*' ? Match::star : Match::any});
        result.magic = true;
      } else if (!in_class && unit == u'[') {
        in_class = true;
        opened = at;
        body.clear();
      } else if (in_class && unit == u']' && at != opened + 1) {
        in_class = false;
        close_class(result, text.substr(opened + 1, at - opened - 1), body, literal_start);
      } else {
        add(unit, unit == u']');
        escaping = false;
      }
    }
    if (in_class) append_literal_class(result, text.substr(opened + 1));
    if (escaping) result.tokens.push_back({Match::unit, u'\\'});
    if (result.magic) result.tokens.insert(result.tokens.begin(), {Match::no_line_end});
    return result;
  }

 private:
  static constexpr std::u16string_view kEscapable = u"().*{}+?[]^$\\!";

  // `source` is the class as written, `body` without its escapes.
  void close_class(Reading& result, std::u16string_view source, std::u16string_view body, bool literal_start) {
    if (!is_script_regexp(u"[" + std::u16string(source) + u"]")) {
      append_literal_class(result, source);
      result.tokens.push_back({Match::unit, u']'});
      return;
    }
    result.magic = true;
    if (auto set = UnitSet::read(body, literal_start)) {
      segment_.sets_.push_back(std::move(*set));
      result.tokens.push_back({Match::set, 0, segment_.sets_.size() - 1});
    } else {
      segment_.kind_ = Kind::never;  // valid with its escapes only: the whole expression fails to compile
    }
  }

  void append_literal_class(Reading& result, std::u16string_view source) {
    result.tokens.push_back({Match::unit, u'['});
    if (source.empty() || source == u"**") {
      // minimatch looks for the text of an expression where there is none, and JavaScript spells that out.
      for (const char16_t unit : std::u16string_view(u"undefined")) result.tokens.push_back({Match::unit, unit});
      return;
    }
    const auto inner = read(source);
    result.tokens.insert(result.tokens.end(), inner.tokens.begin(), inner.tokens.end());
    result.magic = result.magic || inner.magic;
  }

  GlobSegment& segment_;
};

namespace {

// Returns the text with each "\" before a unit taken away; not one before a line end.
std::u16string unescape(std::u16string_view text) {
  std::u16string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == u'\\' && at + 1 < text.size() && !is_script_line_end(text[at + 1])) ++at;
    result.push_back(text[at]);
  }
  return result;
}

}  // namespace

GlobSegment::GlobSegment(std::u16string_view text) {
  if (text == u"**") {
    kind_ = Kind::globstar;
    return;
  }
  auto reading = Reader(*this).read(text);
  if (kind_ == Kind::never) return;
  if (!reading.magic) {
    literal_ = to_utf8(unescape(text));
    return;
  }
  kind_ = Kind::wildcard;
  tokens_ = std::move(reading.tokens);
  for (auto token = tokens_.rbegin(); token != tokens_.rend() && token->match == Match::unit && token->unit < 0x80;
       ++token) {
    literal_.insert(literal_.begin(), static_cast<char>(token->unit));
  }
}

bool GlobSegment::matches(std::string_view name) const {
  switch (kind_) {
    case Kind::literal:
      return name == literal_;
    case Kind::wildcard:
      return name.ends_with(literal_) && matches_units(to_utf16(name));
    case Kind::globstar:
    case Kind::never:
      break;
  }
  return false;
}

bool GlobSegment::takes(const Token& token, char16_t unit) const {
  switch (token.match) {
    case Match::unit:
      return token.unit == unit;
    case Match::set:
      return sets_[token.set].contains(unit);
    case Match::any:
      return true;
    case Match::no_line_end:
    case Match::star:
      break;
  }
  return !is_script_line_end(unit);
}

// Only the latest star needs to be tried again: what stands between two stars matches a fixed number of units, so that
// its first match leaves the most for the rest.
bool GlobSegment::matches_units(std::u16string_view name) const {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t at = 0, token = 0, star = kNone, star_at = 0;
  for (;;) {
    if (token < tokens_.size() && tokens_[token].match == Match::star) {
      star = token++;
      star_at = at;
      continue;
    }
    if (token == tokens_.size() && at == name.size()) return true;
    if (token < tokens_.size() && at < name.size() && takes(tokens_[token], name[at])) {
      if (tokens_[token].match != Match::no_line_end) ++at;
      ++token;
      continue;
    }
    if (star == kNone || star_at == name.size()) return false;
    at = ++star_at;
    token = star + 1;
  }
}

std::u16string literal_name(std::u16string_view segment) {
  std::u16string literal;
  for (std::size_t at = 0; at < segment.size(); ++at) {
    const char16_t unit = segment[at];
    if (unit == u'\\' && at + 1 < segment.size()) {
      literal.push_back(segment[++at]);
      continue;
    }
    if (unit == u'*' || unit == u'?') return {};
    if (unit == u'[' && at + 1 < segment.size()) {
      std::u16string set;
      std::size_t closed = 0;
      for (std::size_t inner = at + 1; inner < segment.size() && closed == 0; ++inner) {
        if (segment[inner] == u'\\' && inner + 1 < segment.size()) {
          set.push_back(segment[++inner]);
        } else if (segment[inner] == u']') {
          closed = inner;
        } else {
          set.push_back(segment[inner]);
        }
      }
      if (closed > 0 && set.size() > 1) return {};
      if (closed > 0 && !set.empty()) {
        literal += set;
        at = closed;
        continue;
      }
    }
    literal.push_back(unit);
  }
  return literal;
}

}  // namespace ci::base
