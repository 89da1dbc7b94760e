#include "action/workflow_command.hpp"

#include <gtest/gtest.h>

namespace ci::action {
namespace {

using report::Annotation;

TEST(WorkflowCommand, EscapesAsTheRunnerReads) {
  EXPECT_EQ(workflow_command("error", {{"file", "a,b:c%.sh"}, {"line", ""}, {"title", "x\ny"}}, "50% ,: a\r\nb"),
            "::error file=a%2Cb%3Ac%25.sh,title=x%0Ay::50%25 ,: a%0D%0Ab");
  EXPECT_EQ(add_mask("a\nb"), "::add-mask::a%0Ab");
  EXPECT_EQ(stop_commands("abc"), "::stop-commands::abc");
  EXPECT_EQ(resume_commands("abc"), "::abc::");
}

TEST(AnnotationCommands, NineOfAKindAndOneThatCountsTheRest) {
  std::vector<Annotation> annotations(12, {Annotation::Level::failure, "t", "m", "", 1, 1});
  annotations.resize(21, {Annotation::Level::warning, "t", "w", "", 1, 1});
  const auto lines = annotation_commands(annotations);
  ASSERT_EQ(lines.size(), 9U + 9U + 1U);
  EXPECT_EQ(lines.front(), "::error title=t::m");
  EXPECT_EQ(lines.back(), "::error::3 more in the job summary");
}

TEST(AnnotationCommands, CutsLongMessagesAndNamesTheLines) {
  const auto lines = annotation_commands({{Annotation::Level::notice, "t", std::string(5000, 'm'), "a.sh", 3, 4}});
  const std::string head = "::notice file=a.sh,line=3,endLine=4,title=t::";
  ASSERT_EQ(lines.at(0).substr(0, head.size()), head);
  EXPECT_EQ(lines[0].size() - head.size(), kLongestMessage);
}

}  // namespace
}  // namespace ci::action
