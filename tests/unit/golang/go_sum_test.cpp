#include "golang/go_sum.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::golang {
namespace {

using key::Fact;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(GoSum, NamesEachModuleWithItsVersions) {
  const auto modules = read_go_sum(
      "b.test/m v1.0.0 h1:a=\r\n"
      "b.test/m v1.0.0/go.mod h1:b=\n"
      "\n"
      "a.test/only v0.1.0/go.mod h1:c=\n"
      "a.test/only v0.2.0/go.mod h1:c=\n"
      "b.test/m v1.1.0 h1:d=\n"
      "b.test/m v1.1.0/go.mod h1:e=",
      "go.sum");
  EXPECT_THAT(modules.value(), ElementsAre(Fact{"a.test/only", "v0.1.0, v0.2.0"}, Fact{"b.test/m", "v1.0.0, v1.1.0"}));
}

TEST(GoSum, MayBeEmpty) {
  EXPECT_THAT(read_go_sum("", "go.sum").value(), IsEmpty());
}

TEST(GoSum, AMalformedLineIsNamed) {
  for (const char* line :
       {"a.test/m v1.0.0", "a.test/m v1.0.0 h1:x more", "a", "a.test/m /go.mod h1:x", "\xFF v1 h1:x"}) {
    const auto modules = read_go_sum(std::string("ok.test/m v1.0.0 h1:x\n") + line + "\n", "api/go.sum");
    ASSERT_FALSE(modules.has_value()) << line;
    EXPECT_EQ(modules.error().kind, base::ErrorKind::data);
    EXPECT_THAT(modules.error().message, StartsWith("api/go.sum:2: malformed go.sum"));
  }
}

TEST(GoSum, AConflictOfAMergeIsCalledThat) {
  const auto modules = read_go_sum("<<<<<<< HEAD now\n", "go.sum");
  ASSERT_FALSE(modules.has_value());
  EXPECT_THAT(modules.error().message, HasSubstr("merge conflict"));
}

}  // namespace
}  // namespace ci::golang
