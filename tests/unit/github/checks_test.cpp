#include "github/checks.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/fake_http.hpp"

namespace ci::github {
namespace {

CheckOutput output_with(std::size_t annotations) {
  CheckOutput output;
  output.title = "t";
  output.summary = "s";
  for (std::size_t i = 0; i < annotations; ++i) {
    auto& made = output.annotations.emplace_back();
    made.path = "a.yml";
    made.message = "m" + std::to_string(i);
  }
  return output;
}

const Conclusion kSuccess{"success", base::TimePoint{std::chrono::seconds(1'000'000)}};

TEST(ConcludingBodies, AnnotationsComeInBatchesAndOnlyTheLastCompletes) {
  const std::vector<std::pair<std::size_t, std::vector<std::size_t>>> cases = {
      {0, {0}}, {1, {1}}, {50, {50}}, {51, {50, 1}}, {200, {50, 50, 50, 50}}, {500, {50, 50, 50, 50}}};
  for (const auto& [count, expected] : cases) {
    const auto bodies = concluding_bodies(output_with(count), kSuccess);
    std::vector<std::size_t> sizes;
    for (const auto& body : bodies) {
      sizes.push_back(body["output"]["annotations"].items().size());
      const bool last = &body == &bodies.back();
      EXPECT_EQ(body.contains("conclusion"), last) << count;
      EXPECT_EQ(body["status"].as_string(), last ? "completed" : "") << count;
      EXPECT_EQ(body["output"]["title"].as_string(), "t");
    }
    EXPECT_EQ(sizes, expected) << count;
  }
}

TEST(ConcludingBodies, KeepsGitHubsLimits) {
  auto output = output_with(1);
  output.title.assign(300, 't');
  output.summary.assign(65'534, 's');
  output.summary += "éé";
  output.annotations[0].title = "two\nlines" + std::string(300, 'x');
  output.annotations[0].message.assign(100'000, 'm');
  output.annotations[0].start_line = 0;
  output.annotations[0].end_line = -3;
  const auto body = concluding_bodies(output, kSuccess).at(0)["output"];
  EXPECT_EQ(body["title"].as_string().size(), 255U);
  EXPECT_EQ(body["summary"].as_string().size(), 65'534U);  // not half a letter
  const auto& annotation = body["annotations"].items().at(0);
  EXPECT_EQ(annotation["title"].as_string().size(), 255U);
  EXPECT_EQ(annotation["title"].as_string().substr(0, 9), "two lines");
  EXPECT_LE(annotation["message"].as_string().size(), 65'536U);
  EXPECT_EQ(annotation["start_line"].as_integer(), 1);
  EXPECT_EQ(annotation["end_line"].as_integer(), 1);
}

TEST(ConcludingBodies, ColumnsAreForSingleLinesOnly) {
  auto output = output_with(2);
  for (auto& annotation : output.annotations) {
    annotation.start_column = 2;
    annotation.end_column = 5;
  }
  output.annotations[1].end_line = 2;
  const auto body = concluding_bodies(output, kSuccess).at(0);
  const auto& made = body["output"]["annotations"].items();
  EXPECT_EQ(made[0]["end_column"].as_integer(), 5);
  EXPECT_FALSE(made[1].contains("start_column"));
}

TEST(InProgressBody, LeavesOutWhatIsNotKnown) {
  CheckRun check;
  check.name = "n";
  check.head_sha = std::string(40, 'a');
  const auto body = in_progress_body(check, output_with(0));
  EXPECT_EQ(body["status"].as_string(), "in_progress");
  EXPECT_FALSE(body.contains("details_url"));
  EXPECT_FALSE(body.contains("external_id"));
}

TEST(Checks, CreatesAndConcludesByItsNumber) {
  test::FakeHttp http;
  test::FakeClock clock;
  Client client(http, clock, Context{});
  Checks checks(client, "o/r");
  Patience patience;
  http.answer(201, R"({"id": 4294967297, "html_url": "https://github.com/o/r/runs/4294967297"})");
  http.answer(200, R"({"id": 4294967297})");
  const auto created = checks.create(CheckRun{}, output_with(0), patience);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->url, "https://github.com/o/r/runs/4294967297");
  ASSERT_TRUE(checks.conclude(created->id, output_with(0), kSuccess, patience));
  EXPECT_EQ(http.requests.at(1).method, "PATCH");
  EXPECT_EQ(http.requests.at(1).url, "https://api.github.com/repos/o/r/check-runs/4294967297");
}

class ChecksTest : public testing::Test {
 protected:
  static Context context() {
    Context made;
    made.token = "t";
    return made;
  }
  // A page of `count` check runs named "n", with ids from `first` on.
  void page(int first, int count) {
    auto runs = base::Json::array();
    for (int id = first; id < first + count; ++id) runs.push(base::Json::object().set("id", id).set("name", "n"));
    http_.answer(200, base::Json::object().set("check_runs", std::move(runs)).compact());
  }

  test::FakeHttp http_;
  test::FakeClock clock_;
  Client client_{http_, clock_, context()};
  Checks checks_{client_, "o/r"};
  Patience patience_;
};

TEST_F(ChecksTest, ListsTheCheckRunsOfAName) {
  http_.answer(200, R"({"total_count": 3, "check_runs": [
    {"id": 1, "name": "a & b", "external_id": "x", "status": "completed", "output": {"annotations_count": 4}},
    {"id": 2, "name": "a & b", "external_id": null, "status": "queued", "output": {}},
    {"id": 3, "name": "a", "external_id": "x"}, {"name": "a & b"}, 7]})");
  const auto found = checks_.named("abc", "a & b", patience_);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].external_id, "x");
  EXPECT_TRUE((*found)[0].completed);
  EXPECT_EQ((*found)[0].annotations, 4);
  EXPECT_FALSE((*found)[1].completed);
  EXPECT_EQ(
      http_.requests.at(0).url,
      "https://api.github.com/repos/o/r/commits/abc/check-runs?check_name=a%20%26%20b&filter=all&per_page=100&page=1");
  EXPECT_TRUE(clock_.sleeps.empty());
}

TEST_F(ChecksTest, LooksAtThreePagesAtMost) {
  for (int i = 0; i < 3; ++i) page(100 * i + 1, 100);
  EXPECT_EQ(checks_.named("abc", "n", patience_)->size(), 300U);
  EXPECT_EQ(http_.requests.size(), 3U);
  page(1, 100);
  page(101, 2);
  EXPECT_EQ(checks_.named("abc", "n", patience_)->size(), 102U);
}

}  // namespace
}  // namespace ci::github
