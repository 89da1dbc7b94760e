#include <gmock/gmock.h>

#include "fakes/fake_platform.hpp"

namespace ci::test {
namespace {

using testing::ElementsAre;

TEST(FakePlatform, RecordsWhatItsUserDoesAndAnswersAsToldTo) {
  FakePlatform fake;
  fake.processes.when("dpkg", ScriptedRun::exits(0, "ok\n"));
  fake.processes.when("dpkg --audit", [](const platform::Command&) -> base::Result<ScriptedRun> {
    ScriptedRun run = ScriptedRun::exits(1);
    run.lines = {{platform::Stream::err, "half-configured"}};
    return run;
  });
  fake.http.answer(201, "made");
  const platform::Platform seams = fake.seams();

  std::vector<std::string> lines;
  platform::Command audit;
  audit.argv = {"dpkg", "--audit"};
  audit.on_line = [&](platform::Stream, std::string_view line) { lines.emplace_back(line); };
  const auto outcome = seams.processes.run(audit);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->code, 1);
  EXPECT_EQ(outcome->err, "half-configured\n");
  EXPECT_THAT(lines, ElementsAre("half-configured"));
  platform::Command other;
  other.argv = {"ls"};
  EXPECT_FALSE(seams.processes.run(other).has_value());
  EXPECT_THAT(fake.processes.command_lines(), ElementsAre("dpkg --audit", "ls"));

  EXPECT_EQ(seams.http.send({})->status, 201);
  EXPECT_FALSE(seams.http.send({}).has_value());

  const auto before = seams.clock.monotonic();
  seams.clock.sleep(std::chrono::seconds(3));
  EXPECT_EQ(seams.clock.monotonic() - before, std::chrono::seconds(3));

  fake.cancellation.raise(2);
  EXPECT_EQ(seams.cancellation.signal(), 2);
}

}  // namespace
}  // namespace ci::test
