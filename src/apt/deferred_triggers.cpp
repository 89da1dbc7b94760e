#include "apt/deferred_triggers.hpp"

#include <filesystem>

#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr char kManDb[] = "/var/lib/man-db/auto-update";
constexpr char kInitramfs[] = "/etc/initramfs-tools/update-initramfs.conf";
constexpr char kAside[] = ".ci-optimizer-aside";

// $0 and $1 are the two files; neither script takes anything from outside.
constexpr char kHold[] =
    "set -u; if [ -e \"$0\" ]; then mv -f \"$0\" \"$0.ci-optimizer-aside\" || exit 1; fi; "
    "if grep -qs '^update_initramfs=yes' \"$1\"; then cp -p \"$1\" \"$1.ci-optimizer-aside\" && "
    "sed 's/^update_initramfs=yes/update_initramfs=no/' \"$1.ci-optimizer-aside\" > \"$1\" || exit 1; fi";
constexpr char kRelease[] =
    "set -u; if [ -e \"$0.ci-optimizer-aside\" ]; then mv -f \"$0.ci-optimizer-aside\" \"$0\" || exit 1; fi; "
    "if [ -e \"$1.ci-optimizer-aside\" ]; then mv -f \"$1.ci-optimizer-aside\" \"$1\" || exit 1; fi";

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

bool aside() {
  return exists(std::string(kManDb) + kAside) || exists(std::string(kInitramfs) + kAside);
}

}  // namespace

base::Result<void> DeferredTriggers::run(const char* script, platform::OnCancellation on_cancellation) {
  auto command = tool_.as_root({"sh", "-c", script, kManDb, kInitramfs});
  command.timeout = std::chrono::seconds(10);
  command.on_cancellation = on_cancellation;
  const auto outcome = processes_.run(command);
  if (!outcome) return base::fail(outcome.error());
  if (!outcome->succeeded()) {
    return base::fail(base::ErrorKind::io, "cannot switch the man-db and initramfs triggers: " + outcome->describe() +
                                               " " + std::string(base::trim(outcome->err)));
  }
  return {};
}

base::Result<void> DeferredTriggers::hold() {
  if (!exists(kManDb) && !exists(kInitramfs)) return {};
  return run(kHold, platform::OnCancellation::stop);
}

base::Result<void> DeferredTriggers::release() {
  if (!aside()) return {};
  return run(kRelease, platform::OnCancellation::finish);
}

}  // namespace ci::apt
