#pragma once
// HTML, and SVG within it, that is written element by element: what is no element of ours is escaped.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/html_text.hpp"

namespace ci::report {

// Of names our own words only, of values anything.
struct Attribute {
  std::string_view name;
  std::string value;
};

using Attributes = std::initializer_list<Attribute>;

// There is no way to write somebody's text unescaped: every text and every attribute's value passes through visible()
// and is then escaped.
class HtmlWriter {
 public:
  // Begins an element; what follows is its contents until close().
  HtmlWriter& open(std::string_view tag, Attributes attributes = {});
  // Ends the innermost element.
  HtmlWriter& close();
  // A whole element with nothing but text.
  HtmlWriter& element(std::string_view tag, std::string_view text, Attributes attributes = {});
  // An element that has no end (HTML's void elements).
  HtmlWriter& lone(std::string_view tag, Attributes attributes = {});

  HtmlWriter& text(std::string_view text);
  // Text whose line ends stay: for <pre>.
  HtmlWriter& lines(std::string_view text);
  // The document type, and the contents of <style>: only our own words.
  HtmlWriter& own(std::string_view markup);

  // Ends every element and returns what was written.
  std::string finish();

 private:
  void begin(std::string_view tag, Attributes attributes);
  void escape(std::string_view text);

  std::string page_;
  std::vector<std::string> open_;
};

}  // namespace ci::report
