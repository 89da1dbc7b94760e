#include "report/gantt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/critical_path.hpp"

namespace ci::report {
namespace {

using history::Span;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(CriticalPath, LeavesOutWhatRanBesideIt) {
  const std::vector<Span> spans = {
      {"a", "first", 0, 2}, {"b", "beside", 0, 1}, {"a", "second", 2, 3}, {"b", "late", 2, 1}};
  EXPECT_THAT(critical_path(spans), ElementsAre(0, 2));
  EXPECT_THAT(critical_path({}), IsEmpty());
}

TEST(CriticalPath, EndsWithSpansOfNoLength) {
  EXPECT_THAT(critical_path({{"a", "x", 0, 0}, {"a", "y", 0, 0}}).size(), 1U);
}

TEST(Gantt, DrawsASectionForEachLaneAndABarForEachSpan) {
  EXPECT_EQ(gantt({{"caches", "restore", 0, 0.5}, {"apt", "update", 0.5, 2}, {"apt", "unpack", 2.5, 8}}),
            "```mermaid\ngantt\n  dateFormat x\n  axisFormat %M:%S\n"
            "  section · caches\n  1 restore (0.50 s) : 0, 500\n"
            "  section · apt\n  2 update (2.0 s) : 500, 2500\n  3 unpack (8.0 s) : 2500, 10500\n```\n");
  EXPECT_EQ(gantt({}), "");
}

TEST(Gantt, MarksTheCriticalPathWhereSomethingRanBesideIt) {
  const auto chart = gantt({{"a", "long", 0, 5}, {"b", "short", 0, 1}});
  EXPECT_THAT(chart, HasSubstr("1 long (5.0 s) : crit, 0, 5000"));
  EXPECT_THAT(chart, HasSubstr("2 short (1.0 s) : 0, 1000"));
}

TEST(Gantt, LeavesNothingInANameThatMermaidWouldTakeForItsOwn) {
  const auto chart = gantt({{"x", "a: b; c #35; %% ```\nsection y", 0, 1}});
  EXPECT_THAT(chart, HasSubstr("1 a∶ b  c  35     "));
  EXPECT_THAT(chart, Not(HasSubstr("\nsection y")));
  EXPECT_THAT(chart.substr(3, chart.size() - 7), Not(HasSubstr("`")));
}

TEST(Gantt, DrawsTheLongestSixtyAndSaysSo) {
  std::vector<Span> spans;
  for (int i = 0; i < 100; ++i) spans.push_back({"apt", "s" + std::to_string(i), i * 1.0, i / 100.0});
  const auto chart = gantt(spans);
  EXPECT_THAT(chart, Not(HasSubstr(" s39 ")));
  EXPECT_THAT(chart, HasSubstr(" s40 "));
  EXPECT_THAT(chart, HasSubstr("_The 60 longest of 100 stretches._"));
}

TEST(Gantt, BoundsWhatIsBeyondAllMeasure) {
  EXPECT_THAT(gantt({{"a", "b", 1e300, 1e300}}), HasSubstr(" : 1000000000000, 1000000000001"));
}

}  // namespace
}  // namespace ci::report
