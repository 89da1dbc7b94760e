#include "report/html_writer.hpp"

#include <gtest/gtest.h>

namespace ci::report {
namespace {

TEST(HtmlWriter, EscapesTextsAndValues) {
  HtmlWriter page;
  page.element("a", "</a><b>&\"'", {{"title", "\"><script>'&"}});
  EXPECT_EQ(page.finish(), "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">&lt;/a&gt;&lt;b&gt;&amp;&quot;&#39;</a>");
}

TEST(HtmlWriter, EndsElementsInTheirOrder) {
  HtmlWriter page;
  page.open("div").open("p").text("x");
  EXPECT_EQ(page.finish(), "<div><p>x</p>\n</div>\n");
}

TEST(HtmlWriter, AddsNoWhiteSpaceWithinALineOfText) {
  HtmlWriter page;
  page.open("p").element("code", "a").text("b").element("strong", "c").lone("br").close();
  EXPECT_EQ(page.finish(), "<p><code>a</code>b<strong>c</strong><br>\n</p>\n");
}

TEST(HtmlWriter, KeepsLinesOnlyWhereToldTo) {
  HtmlWriter page;
  page.open("pre").lines("a\nb").close().element("span", "a\nb");
  EXPECT_EQ(page.finish(), "<pre>a\nb</pre><span>a␊b</span>");
}

}  // namespace
}  // namespace ci::report
