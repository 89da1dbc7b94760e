#include "golang/embed.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"

namespace ci::golang {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(EmbedPatterns, AreWordsAndStrings) {
  EXPECT_THAT(embed_patterns("package p\n//go:embed a.txt \"b c.txt\" `d`\n//go:embed\tall:e\nvar x string\n"),
              ElementsAre("a.txt", "b c.txt", "d", "all:e"));
  EXPECT_THAT(embed_patterns("//go:embedded a\n//go:embed\nvar x\n"), IsEmpty());
  EXPECT_THAT(embed_patterns("//go:embed a"), ElementsAre("a")) << "at the end of the file";
  EXPECT_THAT(embed_patterns("//go:embed \"a\\\"b"), ElementsAre("a\"b")) << "a string without an end";
}

class EmbeddedFilesTest : public test::TreeTest {};

TEST_F(EmbeddedFilesTest, MatchNames) {
  write("static/a.txt");
  write("static/b.html");
  write("x/static/c.txt");
  EXPECT_THAT(embedded_files(root(), "static/*.txt"), ElementsAre("static/a.txt"));
  EXPECT_THAT(embedded_files(root(), "static/b.html"), ElementsAre("static/b.html"));
  EXPECT_THAT(embedded_files(root(), "*/*/c.???"), ElementsAre("x/static/c.txt"));
  EXPECT_THAT(embedded_files(root(), "nothing"), IsEmpty());
}

TEST_F(EmbeddedFilesTest, AFolderIsAllBelowItButWhatIsHidden) {
  write("static/a");
  write("static/sub/b");
  write("static/.hidden/c");
  write("static/_d");
  EXPECT_THAT(embedded_files(root(), "static"), UnorderedElementsAre("static/a", "static/sub/b"));
  EXPECT_THAT(embedded_files(root(), "all:static"),
              UnorderedElementsAre("static/a", "static/sub/b", "static/.hidden/c", "static/_d"));
  EXPECT_THAT(embedded_files(root(), "static/*"),
              UnorderedElementsAre("static/a", "static/sub/b", "static/.hidden/c", "static/_d"));
}

TEST_F(EmbeddedFilesTest, NeverLeadOutOfTheFolder) {
  write("in/a");
  write("out");
  link("in/link", "../out");
  EXPECT_THAT(embedded_files(root() + "/in", "../out"), IsEmpty());
  EXPECT_THAT(embedded_files(root() + "/in", "/etc/passwd"), IsEmpty());
  EXPECT_THAT(embedded_files(root() + "/in", "link"), IsEmpty()) << "go refuses what is no regular file";
  EXPECT_THAT(embedded_files(root() + "/in", "."), IsEmpty());
}

}  // namespace
}  // namespace ci::golang
