// store_driver URL COMMAND [ARGUMENTS]: lets tests of other languages, and measurements, use a cache store.
//
//   save KEY            saves standard input
//   load KEY PREFIX...  reads the entry that is found
//   list PREFIX
//   remove KEY
//
// STORE_BUDGET is the seconds that a save or a restore may take. Prints one JSON object.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/curl_http.hpp"
#include "platform/process_runner.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/system_clock.hpp"
#include "platform/system_environment.hpp"
#include "platform/terminal_log.hpp"
#include "store/locator.hpp"

namespace {

using namespace ci;

constexpr std::size_t kBuffer = std::size_t{1} << 20;

base::Json failure(const base::Error& error) {
  base::Json told = base::Json::object();
  told.set("outcome", "error").set("kind", static_cast<int>(error.kind));
  return told.set("message", error.message).set("hint", error.hint);
}

base::Json not_saved(const store::NotSaved& why) {
  constexpr std::array kNames = {"already_there", "no_room", "denied", "later", "failed"};
  return failure(why.error).set("outcome", "not saved").set("reason", kNames.at(static_cast<std::size_t>(why.reason)));
}

base::Json told_of(const store::Entry& entry) {
  base::Json told = base::Json::object();
  told.set("key", entry.key).set("bytes", static_cast<std::int64_t>(entry.bytes));
  return told.set("created", base::to_rfc3339(entry.created));
}

base::Json save(store::Store& store, const std::string& key) {
  auto upload = store.create(key);
  if (!upload) return not_saved(upload.error());
  std::vector<char> buffer(kBuffer);
  for (;;) {
    const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count <= 0) break;
    for (std::size_t done = 0; done < static_cast<std::size_t>(count);) {
      const auto written =
          ::write((*upload)->descriptor(), buffer.data() + done, static_cast<std::size_t>(count) - done);
      if (written < 0) return not_saved((*upload)->refusal().value_or(store::NotSaved{}));
      done += static_cast<std::size_t>(written);
    }
  }
  if (const auto saved = (*upload)->commit(); !saved) return not_saved(saved.error());
  return base::Json::object().set("outcome", "saved");
}

base::Json load(store::Store& store, const std::string& key, const std::vector<std::string>& prefixes) {
  const auto entry = store.find(key, prefixes);
  if (!entry) return failure(entry.error());
  if (!*entry) return base::Json::object().set("outcome", "none");
  auto download = store.open(**entry);
  if (!download) return failure(download.error());
  base::Sha256 digest;
  std::int64_t bytes = 0;
  std::vector<char> buffer(kBuffer);
  for (;;) {
    const auto count = ::read((*download)->descriptor(), buffer.data(), buffer.size());
    if (count <= 0) break;
    digest.update(buffer.data(), static_cast<std::size_t>(count));
    bytes += count;
  }
  if (const auto whole = (*download)->finish(); !whole) return failure(whole.error());
  return told_of(**entry).set("outcome", "loaded").set("read", bytes).set("sha256", base::hex(digest.finish()));
}

base::Json list(store::Store& store, const std::string& prefix) {
  const auto entries = store.list(prefix);
  if (!entries) return failure(entries.error());
  base::Json all = base::Json::array();
  for (const auto& entry : *entries) all.push(told_of(entry));
  return base::Json::object().set("outcome", "listed").set("entries", std::move(all));
}

base::Json remove(store::Store& store, const std::string& key) {
  const auto gone = store.remove({key, 0, {}});
  return gone ? base::Json::object().set("outcome", "removed") : failure(gone.error());
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() < 3) {
    std::fputs("usage: store_driver URL save|load|list|remove KEY [PREFIX...]\n", stderr);
    return 64;
  }
  platform::SignalCancellation cancellation;
  const platform::SystemEnvironment environment;
  platform::SystemClock clock(cancellation);
  platform::TerminalLog log(environment, STDERR_FILENO, platform::Verbosity::verbose, platform::Style::plain);
  platform::SystemProcessRunner processes(clock, cancellation);
  platform::CurlHttp http(environment, clock, cancellation, "ci-optimizer/test");
  store::StoreLimits limits;
  if (const auto seconds = base::parse_number(environment.get("STORE_BUDGET"))) {
    limits.time.save = limits.time.restore = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  }
  auto store = store::open_store(arguments[0], limits, {clock, environment, processes, http, log, cancellation});
  if (!store) {
    std::puts(failure(store.error()).compact().c_str());
    return 0;
  }
  const std::string &command = arguments[1], &key = arguments[2];
  const auto begun = clock.monotonic();
  base::Json told;
  if (command == "save") told = save(**store, key);
  if (command == "load") told = load(**store, key, {arguments.begin() + 3, arguments.end()});
  if (command == "list") told = list(**store, key);
  if (command == "remove") told = remove(**store, key);
  told.set("seconds", base::seconds(clock.monotonic() - begun));
  std::puts(told.compact().c_str());
  return 0;
}
