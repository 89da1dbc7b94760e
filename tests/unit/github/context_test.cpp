#include "github/context.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_environment.hpp"

namespace ci::github {
namespace {

using test::FakeEnvironment;

TEST(Context, ReadsWhatTheRunnerTells) {
  const FakeEnvironment environment({{"GITHUB_ACTIONS", "true"},
                                     {"GITHUB_REPOSITORY", "o/r"},
                                     {"GITHUB_RUN_ID", "42"},
                                     {"GITHUB_RUN_ATTEMPT", "3"},
                                     {"GITHUB_ACTION", "__o_ci-optimizer_2"},
                                     {"GITHUB_WORKFLOW_REF", "o/r/.github/workflows/ci.yml@refs/heads/main"},
                                     {"GITHUB_REF_NAME", "7/merge"},
                                     {"GITHUB_HEAD_REF", "topic"},
                                     {"GITHUB_API_URL", "https://ghes.example/api/v3/"},
                                     {"GITHUB_SERVER_URL", "https://ghes.example"},
                                     {"GITHUB_TOKEN", "from-environment"},
                                     {"INPUT_GITHUB-TOKEN", " from-input\n"}});
  const auto context = from_environment(environment);
  EXPECT_TRUE(context.in_actions);
  EXPECT_EQ(context.step, "__o_ci-optimizer_2");
  EXPECT_EQ(context.branch, "topic");
  EXPECT_EQ(context.workflow_path, ".github/workflows/ci.yml");
  EXPECT_EQ(context.api_url, "https://ghes.example/api/v3");
  EXPECT_EQ(context.token, "from-input");
  EXPECT_EQ(context.job_url(), "https://ghes.example/o/r/actions/runs/42/attempts/3");
}

TEST(Context, KnowsTheJobsOwnPageWhereItsNumberIsTold) {
  FakeEnvironment environment;
  environment.variables = {{"GITHUB_REPOSITORY", "o/r"}, {"GITHUB_RUN_ID", "42"}, {"INPUT_JOB-ID", "51725241954"}};
  EXPECT_EQ(from_environment(environment).job_url(), "https://github.com/o/r/actions/runs/42/job/51725241954");
  environment.variables["INPUT_JOB-ID"] = "../../evil";
  EXPECT_EQ(from_environment(environment).job_url(), "https://github.com/o/r/actions/runs/42/attempts/1");
}

TEST(Context, ReadsHowTheJobsBeforeItEnded) {
  FakeEnvironment environment;
  environment.variables["INPUT_NEEDS"] =
      R"({"build": {"result": "failure", "outputs": {"reason": "undefined: x"}}, "lint": {"result": "success"}})";
  const auto context = from_environment(environment);
  ASSERT_EQ(context.needs.size(), 2U);
  EXPECT_EQ(context.needs[0].job, "build");
  EXPECT_EQ(context.needs[0].result, "failure");
  EXPECT_EQ(context.needs[0].reason, "undefined: x");
  EXPECT_EQ(context.needs[1].result, "success");
  EXPECT_EQ(context.needs[1].reason, "");
  environment.variables["INPUT_NEEDS"] = "nonsense";
  EXPECT_TRUE(from_environment(environment).needs.empty());
}

TEST(Context, HasGitHubsOwnAddressesAndNoPageOffGitHub) {
  const auto context = from_environment(FakeEnvironment());
  EXPECT_FALSE(context.in_actions);
  EXPECT_EQ(context.api_url, "https://api.github.com");
  EXPECT_EQ(context.run_attempt, 1);
  EXPECT_EQ(context.job_url(), "");
}

}  // namespace
}  // namespace ci::github
