// store_bench URL save KEY MEGABYTES | load KEY: how fast a store takes and gives bytes that do not compress.
// Prints one JSON object: seconds, megabytes a second, and the peak of this process's memory in megabytes.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

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

constexpr std::size_t kPiece = std::size_t{1} << 20;

int give_up(const base::Error& error) {
  std::fprintf(stderr, "store_bench: %s\n", error.message.c_str());
  return 1;
}

// Returns how many bytes were written, or why not.
base::Result<std::size_t> save(store::Store& store, const std::string& key, std::size_t bytes) {
  auto upload = store.create(key);
  if (!upload) return base::fail(upload.error().error);
  std::vector<std::uint64_t> piece(kPiece / sizeof(std::uint64_t));
  std::generate(piece.begin(), piece.end(), std::mt19937_64(1));
  for (std::size_t done = 0; done < bytes;) {
    const auto count = ::write((*upload)->descriptor(), piece.data(), std::min(kPiece, bytes - done));
    if (count < 0) return base::fail((*upload)->refusal().value_or(store::NotSaved{}).error);
    done += static_cast<std::size_t>(count);
  }
  if (const auto saved = (*upload)->commit(); !saved) return base::fail(saved.error().error);
  return bytes;
}

base::Result<std::size_t> load(store::Store& store, const std::string& key) {
  const auto entry = store.find(key, {});
  if (!entry) return base::fail(entry.error());
  if (!*entry) return base::fail(base::ErrorKind::unavailable, "no such entry");
  auto download = store.open(**entry);
  if (!download) return base::fail(download.error());
  std::vector<char> piece(kPiece);
  std::size_t bytes = 0;
  for (;;) {
    const auto count = ::read((*download)->descriptor(), piece.data(), piece.size());
    if (count <= 0) break;
    bytes += static_cast<std::size_t>(count);
  }
  if (const auto whole = (*download)->finish(); !whole) return base::fail(whole.error());
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool saving = arguments.size() == 4 && arguments[1] == "save";
  if (!saving && (arguments.size() != 3 || arguments[1] != "load")) {
    std::fputs("usage: store_bench URL save KEY MEGABYTES | URL load KEY\n", stderr);
    return 64;
  }
  const platform::SystemEnvironment environment;
  const platform::SignalCancellation cancellation;
  platform::SystemClock clock(cancellation);
  platform::SystemProcessRunner processes(clock, cancellation);
  platform::CurlHttp http(environment, clock, cancellation, "ci-optimizer/bench");
  platform::TerminalLog log(environment, STDERR_FILENO, platform::Verbosity::normal, platform::Style::plain);
  const auto store = store::open_store(arguments[0], {}, {clock, environment, processes, http, log, cancellation});
  if (!store) return give_up(store.error());

  const auto begun = clock.monotonic();
  const auto megabytes = saving ? base::parse_integer(arguments[3]).value_or(0) : 0;
  const auto bytes = saving ? save(**store, arguments[2], static_cast<std::size_t>(megabytes) * 1'000'000)
                            : load(**store, arguments[2]);
  const double seconds = base::seconds(std::chrono::duration_cast<base::Duration>(clock.monotonic() - begun));
  if (!bytes) return give_up(bytes.error());
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  base::Json told = base::Json::object();
  told.set("seconds", seconds).set("megabytes_per_second", static_cast<double>(*bytes) / 1e6 / seconds);
  told.set("peak_megabytes", static_cast<double>(usage.ru_maxrss) * 1024 / 1e6);
  std::puts(told.compact().c_str());
  return 0;
}
