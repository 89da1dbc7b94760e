// Each check with something to find and something to leave alone; what an edit has mended is not found again.
#include "doctor/checks.hpp"

#include <gtest/gtest.h>

#include "doctor/check_scene.hpp"

namespace ci::doctor {
namespace {

using test::found;
using test::mended;
using test::places;
using test::workflow;

struct Case {
  const char* check;
  std::string bad;
  std::string places;  // of what is found in `bad`
  std::string good;
  bool has_edit = true;
  std::string edited = "";  // a part of the text after the edit
};

void PrintTo(const Case& shown, std::ostream* out) {
  *out << shown.check;
}

std::string on_and_jobs(const std::string& on, const std::string& head, const std::string& jobs) {
  return "on: " + on + "\n" + head + "jobs:\n" + jobs;
}

const std::string kJob = "  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 9\n    steps: []\n";

std::string go_job(const std::string& name, const std::string& extra, const std::string& steps) {
  return "  " + name + ":\n    runs-on: ubuntu-24.04\n" + extra + "    steps:\n" + steps;
}

std::vector<Case> cases() {
  const std::string apt = "      - run: sudo apt-get install -y jq\n";
  const std::string update = "      - run: sudo apt-get update && sudo apt-get install -y jq\n";
  const std::string cache = "      - uses: actions/cache@v4\n        with:\n          path: x\n          key: ";
  const std::string setup = "      - uses: actions/setup-go@v5\n";
  const std::string go_cache =
      "      - uses: actions/cache@v4\n        with:\n          path: ~/go/pkg/mod\n          key: x\n";
  return {
      {"apt-no-update", workflow(apt), "8:14 warning", workflow(update), true,
       "- run: sudo apt-get update && sudo apt-get install -y jq\n"},
      {"apt-no-update", workflow("      - run: |\n          set -e\n          apt-get install jq\n"), "10:11 warning",
       workflow("      - run: apt-get update\n      - run: apt-get install jq\n"), true,
       "          apt-get update && apt-get install jq\n"},
      {"apt-no-update", workflow("      - uses: ./setup\n" + apt), "9:14 note",
       workflow("      - run: echo apt-get install x\n")},
      {"apt-no-update", workflow("      - run: test -x jq || apt-get install jq\n"), "8:28 warning", workflow(""),
       false},
      {"apt-no-deadline", workflow(update), "8:14 note",
       workflow("      - run: apt-get update\n        timeout-minutes: 5\n"), true,
       "jq\n        timeout-minutes: 10\n"},
      {"apt-no-deadline",
       workflow("      - run: |\n          sudo timeout 60 apt-get update\n          apt install x\n        name: y\n"),
       "10:11 note", workflow("      - run: sudo timeout -k 5 60 apt-get update\n"), true,
       "\n        timeout-minutes: 10\n        name: y\n"},
      {"apt-no-deadline", on_and_jobs("push", "", go_job("a", "", update)), "6:14 warning",
       on_and_jobs("push", "", go_job("a", "    timeout-minutes: 20\n", update))},
      {"apt-no-deadline", "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: sudo -E apt-get update\n",
       "5:12 note", "runs:\n  using: composite\n  steps: []\n", true, "run: sudo -E timeout 600 apt-get update\n"},
      {"apt-retries-key", workflow("      - run: echo 'APT::Acquire::Retries \"10\";' > x\n"), "8:20 warning",
       workflow("      - run: echo 'Acquire::Retries \"10\";' > x\n"), true, "echo 'Acquire::Retries"},
      {"apt-repeated", on_and_jobs("push", "", go_job("a", "", update) + go_job("b", "", update)), "6:37 warning",
       on_and_jobs("push", "", go_job("a", "", update)), true,
       "      - uses: org/ci-optimizer@v1\n        with:\n          packages: jq\n"},
      {"apt-repeated", on_and_jobs("push", "", go_job("a", "    strategy:\n      matrix: {x: [1, 2]}\n", update)),
       "8:37 warning",
       on_and_jobs("push", "",
                   go_job("a", "    strategy:\n      matrix: {x: [1, 2]}\n", "      - run: apt-get update\n")),
       true, "packages: jq"},
      {"apt-repeated",
       on_and_jobs(
           "push", "",
           go_job("a", "", update) + go_job("b", "", "      - run: apt-get install --no-install-recommends jq\n")),
       "6:37 warning",
       on_and_jobs("push", "",
                   go_job("a", "", update) +
                       go_job("b", "", "      - uses: x/ci-optimizer@v1\n      - run: apt-get install jq\n")),
       false},
      {"apt-file-cache",
       workflow("      - uses: awalsh128/cache-apt-pkgs-action@v1\n        with:\n          packages: jq\n          "
                "version: 1.0\n"),
       "8:15 warning", workflow("      - uses: org/ci-optimizer@v1\n        with:\n          packages: jq\n"), true,
       "- uses: org/ci-optimizer@v1\n        with:\n          packages: jq\n"},
      {"cache-no-restore-keys", workflow(cache + "${{ runner.os }}-${{ hashFiles('x') }}\n"), "11:16 note",
       workflow(cache + "${{ hashFiles('x') }}\n          restore-keys: a\n"), true,
       "          restore-keys: ${{ runner.os }}-\n"},
      {"cache-no-restore-keys", workflow(cache + "a-${{ github.run_id }}\n"), "11:16 warning", workflow(cache + "a\n"),
       true, "restore-keys: a-\n"},
      {"cache-no-restore-keys", workflow(cache + "${{ hashFiles('x') }}\n"), "11:16 note",
       workflow(cache + "${{ hashFiles('x') }}\n          lookup-only: true\n"), false},
      {"cache-no-restore-keys",
       workflow("      - uses: actions/cache@v4\n        id: a\n        with:\n          path: x\n          key: v-${{ "
                "hashFiles('x') }}\n"),
       "12:16 note",
       workflow("      - uses: actions/cache@v4\n        id: a\n        with:\n          path: x\n          key: v-${{ "
                "hashFiles('x') }}\n      - if: steps.a.outputs.cache-hit != 'true'\n        run: x\n"),
       true, "restore-keys: v-\n"},
      {"cache-constant-key", workflow(cache + "${{ runner.os }}-deps\n"), "11:16 warning",
       workflow(cache + "deps-${{ hashFiles('x') }}\n"), false},
      {"cache-constant-key", workflow(cache + "tool-v1.2\n"), "11:16 note",
       workflow(cache + "deps-${{ env.VERSION }}\n"), false},
      {"cache-key-per-run", workflow(cache + "a-${{ github.sha }}\n          restore-keys: a-\n"), "11:16 note",
       workflow(cache + "a-${{ hashFiles('x') }}\n          restore-keys: a-\n"), false},
      {"cache-root-path",
       workflow("      - uses: actions/cache@v4\n        with:\n          key: x\n          path: |\n            y\n   "
                "         /var/cache/apt/archives\n"),
       "13:13 warning", workflow(cache + "x\n"), false},
      {"cache-wide-path",
       workflow("      - uses: actions/cache@v4\n        with:\n          key: x\n          path: ~/.cache/\n"),
       "11:17 note",
       workflow("      - uses: actions/cache@v4\n        with:\n          key: x\n          path: ~/.cache/go-build\n"),
       false},
      {"go-cache-twice", workflow(setup + go_cache), "8:15 warning",
       workflow(setup + "        with:\n          cache: false\n" + go_cache), true,
       "- uses: actions/setup-go@v5\n        with:\n          cache: false\n"},
      {"go-cache-twice",
       workflow("      - uses: actions/setup-go@0123456789012345678901234567890123456789 # v5.0.0\n        with:\n     "
                "     cache: true\n" +
                go_cache),
       "8:15 warning", workflow("      - uses: actions/setup-go@v3\n" + go_cache), true, "          cache: false\n"},
      {"go-cache-frozen",
       workflow(setup + "        with:\n          go-version-file: src/go.mod\n      - run: go test ./...\n"),
       "8:15 note", workflow(setup + "      - uses: x/ci-optimizer@v1\n        with:\n          go-module: go.mod\n"),
       true,
       "          cache: false\n      - uses: org/ci-optimizer@v1\n        with:\n          go-module: src/go.mod\n    "
       "  - run: go test"},
      {"go-build-repeated",
       on_and_jobs("push", "",
                   go_job("a", "", "      - run: CGO_ENABLED=0 go build .\n") +
                       go_job("b", "", "      - run: |\n          x\n          go build .\n")),
       "6:28 note",
       on_and_jobs("push", "",
                   go_job("a", "", "      - run: go build .\n") + go_job("b", "", "      - run: go test ./...\n")),
       false},
      {"go-cache-frozen", on_and_jobs("push", "", "  a:\n    runs-on: ${{ matrix.os }}\n    steps:\n" + setup),
       "6:15 note", on_and_jobs("push", "", "  a:\n    runs-on: [windows-latest]\n    steps:\n" + setup), false},
      {"go-build-repeated",
       on_and_jobs("push", "", go_job("a", "    strategy:\n      matrix: {x: [1, 2]}\n", "      - run: go build .\n")),
       "8:14 note",
       on_and_jobs("push", "",
                   "  a:\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix: {os: [a, b]}\n    steps:\n      "
                   "- run: go build .\n"),
       false},
      {"job-no-timeout", on_and_jobs("push", "", "  test:\n    runs-on: ubuntu-24.04\n    steps: []\n"), "3:3 warning",
       on_and_jobs("push", "", kJob), true, "    runs-on: ubuntu-24.04\n    timeout-minutes: 30\n    steps: []\n"},
      {"job-no-timeout",
       on_and_jobs("push", "", "  test:\n    steps: []\n    runs-on:\n    - self-hosted\n    - linux\n"), "3:3 warning",
       on_and_jobs("push", "", "  test:\n    uses: ./.github/workflows/x.yml\n"), true,
       "    - linux\n    timeout-minutes: 30\n"},
      {"no-concurrency", on_and_jobs("[push, pull_request]", "", kJob), "1:1 warning",
       on_and_jobs("pull_request", "concurrency: x\n", kJob), true,
       "concurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n  cancel-in-progress: ${{ github.event_name "
       "== 'pull_request' }}\n\njobs:\n"},
      {"hidden-failure", workflow("      - run: x\n        continue-on-error: true\n"), "9:9 note",
       workflow("      - id: a\n        run: x\n        continue-on-error: true\n      - run: echo ${{ steps.a.outcome "
                "}}\n"),
       true, "- run: x\n"},
      {"hidden-failure", workflow("      - continue-on-error: true\n        run: x\n"), "8:9 note",
       workflow("      - run: x\n"), true, "      - run: x\n"},
      {"full-history", workflow("      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n"),
       "10:11 note",
       workflow(
           "      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 0\n      - run: git describe\n"),
       true, "fetch-depth: 1\n"},
      {"workflow-command", workflow("      - run: |\n          echo \"::set-output name=a::b c\"\n"), "9:17 warning",
       workflow("      - run: echo ::notice::set-outputs\n"), true, "          echo \"a=b c\" >> \"$GITHUB_OUTPUT\"\n"},
      {"workflow-command", workflow("      - run: echo \"::add-path::$HOME/bin\"\n"), "8:20 error", workflow(""), true,
       "echo \"$HOME/bin\" >> \"$GITHUB_PATH\"\n"},
      {"permissions-missing", on_and_jobs("push", "", kJob), "3:3 warning",
       on_and_jobs("push", "permissions: {}\n", kJob), true, "permissions:\n  contents: read\n\njobs:\n"},
      {"permissions-write-all", on_and_jobs("push", "permissions: write-all\n", kJob), "2:1 warning",
       on_and_jobs("push", "permissions: read-all\n", kJob), true, "permissions:\n  contents: read\njobs:"},
      {"permissions-write-all", on_and_jobs("pull_request_target", "", kJob + "    permissions: write-all\n"),
       "7:5 error", on_and_jobs("push", "", kJob), true, "    permissions:\n      contents: read\n"},
      {"checks-write-on-forks", on_and_jobs("pull_request", "permissions:\n  checks: write\n", kJob), "3:3 note",
       on_and_jobs("push", "permissions:\n  checks: write\n", kJob), false},
      {"foreign-checkout",
       workflow("      - uses: actions/checkout@v4\n        with:\n          ref: ${{ "
                "github.event.pull_request.head.sha }}\n",
                "pull_request_target"),
       "8:15 error",
       workflow("      - uses: actions/checkout@v4\n        with:\n          ref: ${{ "
                "github.event.pull_request.head.sha }}\n",
                "pull_request"),
       false},
      {"foreign-checkout",
       workflow("      - uses: actions/checkout@v7\n        with:\n          ref: ${{ "
                "github.event.workflow_run.head_sha }}\n",
                "workflow_run"),
       "8:15 note", workflow("      - uses: actions/checkout@v4\n", "workflow_run"), false},
      {"foreign-checkout",
       workflow("      - uses: actions/checkout@v7\n        with:\n          ref: ${{ github.head_ref }}\n          "
                "allow-unsafe-pr-checkout: true\n      - run: gh pr checkout 5\n",
                "pull_request_target"),
       "8:15 error 12:14 error", workflow("      - run: gh pr checkout 5\n"), false},
      {"retired-action", workflow("      - uses: actions/cache@v3.0.11\n        with: {path: x, key: y-1}\n"),
       "8:15 error", workflow("      - uses: actions/cache@v4.2.0\n        with: {path: x, key: y-1}\n"), true,
       "actions/cache@v4\n"},
      {"unpinned-action", workflow("      - uses: some/thing@v1\n"), "8:15 warning",
       workflow("      - uses: some/thing@0123456789012345678901234567890123456789\n      - uses: "
                "actions/checkout@v4\n      - uses: ./x\n"),
       false},
      {"retired-action", workflow("      - uses: actions/upload-artifact@v3 # comment\n"), "8:15 error",
       workflow("      - uses: actions/cache@v3\n"), true, "- uses: actions/upload-artifact@v4 # comment\n"},
      {"retired-node", "runs:\n  using: node16\n  main: x.js\n", "2:10 warning",
       "runs:\n  using: node24\n  main: x.js\n", true, "  using: node24\n"},
      {"script-injection",
       workflow("      - run: |\n          echo \"${{ github.event.issue.title }}\"\n        shell: bash\n"),
       "9:17 error", workflow("      - env: {T: \"${{ github.event.issue.title }}\"}\n        run: echo \"$T\"\n"),
       true,
       "          echo \"${EVENT_ISSUE_TITLE}\"\n        env:\n          EVENT_ISSUE_TITLE: ${{ "
       "github.event.issue.title }}\n        shell: bash\n"},
      {"script-injection",
       workflow("      - run: echo '${{ github.head_ref }}' ${{ github.sha }}\n        env:\n          A: b\n"),
       "8:20 error",
       workflow(
           "      - run: echo ${{ github.event.pull_request.number }} ${{ github.event.pull_request.base.ref }}\n"),
       true,
       "- run: echo ''\"${HEAD_REF}\"'' ${{ github.sha }}\n        env:\n          A: b\n          HEAD_REF: ${{ "
       "github.head_ref }}\n"},
      {"script-injection", "runs:\n  using: composite\n  steps:\n    - run: x ${{ inputs.path }}\n      shell: bash\n",
       "4:14 warning",
       "runs:\n  using: composite\n  steps:\n    - run: x\n      if: ${{ inputs.path }}\n      shell: bash\n", true,
       "- run: x ${INPUT_PATH}\n"},
      {"script-injection",
       workflow("      - uses: actions/github-script@v7\n        with:\n          script: f(`${{ "
                "github.event.comment.body }}`)\n"),
       "10:22 error",
       workflow("      - run: echo ${{ contains(github.event.comment.body, 'x') }} ${{ github.event.comment.body == "
                "'y' }}\n"),
       false},
      {"script-injection", workflow("      - run: x ${{ inputs.text }}\n"), "8:16 warning",
       "on:\n  workflow_dispatch:\n    inputs:\n      Sure: {type: boolean}\njobs:\n  a:\n    steps:\n      - run: x "
       "${{ inputs.sure }}\n"},
      {"script-injection", workflow("      - env:\n          A: b\n        run: x ${{ inputs.text }}\n"),
       "10:16 warning", workflow(""), true,
       "          A: b\n          INPUT_TEXT: ${{ inputs.text }}\n        run: x ${INPUT_TEXT}\n"},
      {"broken-yaml", "on: [push\n", "2:1 error", "on: push\njobs: {}\n", false},
  };
}

class EachCase : public testing::TestWithParam<Case> {};

TEST_P(EachCase, IsFoundWhereItStandsAndNotWhereAllIsWell) {
  const auto& [check, bad, expected, good, has_edit, edited] = GetParam();
  const auto findings = found(check, bad);
  EXPECT_EQ(places(findings), expected) << bad;
  EXPECT_EQ(places(found(check, good)), "") << good;
  ASSERT_FALSE(findings.empty());
  EXPECT_FALSE(findings.front().problem.empty());
  EXPECT_FALSE(findings.front().advice.empty());
}

TEST_P(EachCase, IsMendedByItsEdit) {
  const auto& [check, bad, expected, good, has_edit, edited] = GetParam();
  const auto findings = found(check, bad);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(!findings.front().edit.empty(), has_edit);
  EXPECT_EQ(!findings.front().diff.empty(), has_edit);
  if (!has_edit) return;
  const auto after = mended(bad, findings.front());
  EXPECT_NE(after.find(edited), std::string::npos) << after;
  EXPECT_EQ(places(found(check, after)), "") << after;
  EXPECT_EQ(places(found("broken-yaml", after)), "") << after;
}

INSTANTIATE_TEST_SUITE_P(Checks, EachCase, testing::ValuesIn(cases()), [](const auto& instance) {
  std::string name = instance.param.check;
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_" + std::to_string(instance.index);
});

}  // namespace
}  // namespace ci::doctor
