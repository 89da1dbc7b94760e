#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "apt/installation.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "delta/exactness.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/run.hpp"
#include "platform/become.hpp"

namespace ci::cli {
namespace {

// A table of packages for people; "requested" ones first.
std::string package_table(const history::AptOutcome& apt) {
  std::vector<const history::Package*> packages;
  for (const auto& package : apt.packages) packages.push_back(&package);
  std::stable_sort(packages.begin(), packages.end(),
                   [](const auto* a, const auto* b) { return a->requested > b->requested; });
  std::size_t width = 0;
  for (const auto* package : packages) width = std::max(width, package->name.size());
  std::string text;
  std::int64_t bytes = 0;
  for (const auto* package : packages) {
    text += fmt::format("{:<{}}  {:<9}  {}{}\n", package->name, width, history::word(package->status), package->version,
                        package->download_bytes > 0 ? "  " + base::human_bytes(package->download_bytes) : "");
    if (package->status == history::PackageStatus::pending) bytes += package->download_bytes;
  }
  if (bytes > 0) text += fmt::format("to download: {}\n", base::human_bytes(bytes));
  return text;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

// plan and status: the record of a question, which is not kept.
int answer(const CommandLine& line, const platform::Platform& platform, apt::InstallResult result) {
  int code = optimize::kDone;
  if (result.failure) code = optimize::exit_code(*result.failure, platform.cancellation.signal());
  for (const auto& problem : result.problems) {
    if (problem.level == history::Problem::Level::failure)
      platform.log.error({*result.failure, problem.message, problem.hint});
  }
  const bool all_there =
      std::all_of(result.outcome.packages.begin(), result.outcome.packages.end(),
                  [](const auto& package) { return package.status == history::PackageStatus::installed; });
  if (line.command == CommandName::apt_status && code == optimize::kDone && !all_there) code = optimize::kEnvironment;
  if (line.json) {
    history::Record record;
    record.apt = std::move(result.outcome);
    print(history::to_json(record)["apt"].pretty() + "\n");
  } else {
    print(package_table(result.outcome));
  }
  return code;
}

// "/path: mode: 0600 instead of 0644"
std::string text_of(const delta::FoundDifference& difference) {
  std::string text = fmt::format("{}: {}", base::valid_utf8(difference.path), archive::name_of(difference.kind));
  if (!difference.detail.empty()) text += ": " + base::valid_utf8(difference.detail);
  if (!difference.reason.empty()) text += " (" + difference.reason + ")";
  return text + "\n";
}

base::Json document(const std::vector<delta::FoundDifference>& differences) {
  auto json = base::Json::array();
  for (const auto& one : differences) {
    auto entry = base::Json::object();
    entry.set("path", base::valid_utf8(one.path)).set("kind", archive::name_of(one.kind));
    if (!one.detail.empty()) entry.set("detail", base::valid_utf8(one.detail));
    if (!one.reason.empty()) entry.set("reason", one.reason);
    json.push(std::move(entry));
  }
  return json;
}

base::Json document(const std::vector<delta::Receipt>& receipts) {
  auto json = base::Json::array();
  for (const auto& one : receipts) {
    json.push(base::Json::object()
                  .set("packages", base::texts_json(one.packages))
                  .set("entry", one.entry)
                  .set("made", base::to_rfc3339(one.made)));
  }
  return json;
}

// status --exact: the machine against what was restored or captured.
base::Result<int> run_exact(const CommandLine& line) {
  const auto receipts = delta::read_receipts("/");
  if (!receipts) return base::fail(receipts.error());
  const auto name = line.arguments.empty() ? "" : delta::receipt_name(line.arguments);
  const auto exactness = delta::compare_with_receipts("/", *receipts, name);
  if (!exactness) return base::fail(exactness.error());
  const bool equal = exactness->differing.empty();
  if (line.json) {
    print(base::Json::object()
              .set("equal", equal)
              .set("compared", static_cast<std::int64_t>(exactness->compared))
              .set("differing", document(exactness->differing))
              .set("varying", document(exactness->varying))
              .set("unread", document(exactness->unread))
              .set("receipts", document(*receipts))
              .pretty() +
          "\n");
  } else {
    for (const auto& one : exactness->differing) print(text_of(one));
    for (const auto& one : exactness->varying) print("expected: " + text_of(one));
    for (const auto& one : exactness->unread) print("not compared: " + text_of(one));
    print(fmt::format("{} paths compared, {} differ, {} differ as expected, {} could not be read\n",
                      exactness->compared, exactness->differing.size(), exactness->varying.size(),
                      exactness->unread.size()));
  }
  return equal ? optimize::kDone : optimize::kEnvironment;
}

}  // namespace

base::Result<int> run_apt(const CommandLine& line, const platform::Platform& platform) {
  if (line.exact) return run_exact(line);
  auto gathered = line;
  gathered.configuration.packages = line.arguments;
  if (line.command == CommandName::apt_install && !line.dry_run) return run_optimize(gathered, platform);

  auto configuration = gather_configuration(gathered, platform);
  if (!configuration) return base::fail(configuration.error());
  configuration->history = "off";
  auto program = platform::own_program();
  if (!program) return base::fail(program.error());
  auto request = optimize::make_request(*configuration, platform, *program);
  if (!request) return base::fail(request.error());
  apt::Installation installation(platform, *request->apt);
  const bool asks_status = line.command == CommandName::apt_status;
  return answer(line, platform, asks_status ? installation.status() : installation.plan());
}

}  // namespace ci::cli
