#include "report/html_writer.hpp"

#include <algorithm>
#include <array>

namespace ci::report {
namespace {

// Elements within a line of text: white space behind them would show.
constexpr std::array<std::string_view, 9> kInline = {"a",      "code", "pre",  "small", "span",
                                                     "strong", "text", "time", "tspan"};

bool is_inline(std::string_view tag) {
  return std::find(kInline.begin(), kInline.end(), tag) != kInline.end();
}

}  // namespace

HtmlWriter& HtmlWriter::open(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  open_.emplace_back(tag);
  return *this;
}

HtmlWriter& HtmlWriter::close() {
  const std::string tag = std::move(open_.back());
  open_.pop_back();
  page_.append("</").append(tag).append(">");
  if (!is_inline(tag)) page_ += '\n';
  return *this;
}

HtmlWriter& HtmlWriter::element(std::string_view tag, std::string_view contents, Attributes attributes) {
  return open(tag, attributes).text(contents).close();
}

HtmlWriter& HtmlWriter::lone(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  page_ += '\n';
  return *this;
}

HtmlWriter& HtmlWriter::text(std::string_view text) {
  escape(visible(text));
  return *this;
}

HtmlWriter& HtmlWriter::lines(std::string_view text) {
  escape(visible(text, Lines::many));
  return *this;
}

HtmlWriter& HtmlWriter::own(std::string_view markup) {
  page_ += markup;
  return *this;
}

std::string HtmlWriter::finish() {
  while (!open_.empty()) close();
  return std::move(page_);
}

void HtmlWriter::begin(std::string_view tag, Attributes attributes) {
  page_.append("<").append(tag);
  for (const auto& [name, value] : attributes) {
    page_.append(" ").append(name).append("=\"");
    escape(visible(value));
    page_ += '"';
  }
  page_ += '>';
}

void HtmlWriter::escape(std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        page_ += "&amp;";
        break;
      case '<':
        page_ += "&lt;";
        break;
      case '>':
        page_ += "&gt;";
        break;
      case '"':
        page_ += "&quot;";
        break;
      case '\'':
        page_ += "&#39;";
        break;
      default:
        page_ += c;
    }
  }
}

}  // namespace ci::report
