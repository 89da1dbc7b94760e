#include "delta/snapshot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "delta/digest.hpp"
#include "delta/path_pattern.hpp"
#include "delta/shared_files.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

using base::ErrorKind;

constexpr std::string_view kMagic = "ci-optimizer snapshot 1";
constexpr std::size_t kLongestSnapshot = std::size_t{2} << 30;
constexpr std::size_t kLongestMerged = std::size_t{64} << 20;

base::Result<NameTable> sweep_names(const SweepOptions& options) {
  std::vector<std::string> parts(sweep_jobs(options));
  const auto swept = sweep(options, Detail::names, [&parts](unsigned worker, const Listing& listing) {
    NameTable::append_folder(parts[worker], listing);
  });
  if (!swept) return base::fail(swept.error());
  std::string bytes = std::move(parts[0]);
  for (std::size_t part = 1; part < parts.size(); ++part) {
    bytes += parts[part];
    parts[part] = {};
  }
  return NameTable::from_bytes(std::move(bytes));
}

base::Result<std::map<std::string, SharedState>> read_shared(const SweepOptions& options) {
  std::map<std::string, SharedState> shared;
  for (const auto& row : shared_files()) {
    for (const auto& path : expand_pattern(options.root, row.pattern)) {
      if (shared.contains(path) || options.exclusions.covers(path)) continue;
      auto digest = contents_digest(options.root, path);
      if (!digest) return base::fail(std::move(digest.error()));
      SharedState state{std::move(*digest), ""};
      if (is_merged(row.rule) && state.digest.starts_with("sha256:")) {
        auto contents = platform::read_file(options.root.string() + path, kLongestMerged);
        if (!contents) return base::fail(std::move(contents.error()));
        state.contents = std::move(*contents);
      }
      shared.emplace(path, std::move(state));
    }
  }
  return shared;
}

// Texts and numbers one after another, each text with its length before it.
class Output {
 public:
  Output& text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes.append(value);
    return *this;
  }
  Output& number(std::int64_t value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }

  std::string bytes;
};

class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  std::string text() {
    const auto length = static_cast<std::uint64_t>(number());
    if (length > bytes_.size()) {
      good_ = false;
      return {};
    }
    std::string value(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return value;
  }
  std::int64_t number() {
    std::int64_t value = 0;
    if (bytes_.size() < sizeof value) {
      good_ = false;
      bytes_ = {};
      return 0;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  // Whether everything so far was there.
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

// Only its owner may read it from the first moment on.
base::Result<void> write_private(const std::filesystem::path& file, std::string_view bytes) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT)
    return base::fail(platform::system_error("cannot write", file, errno));
  const platform::FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!opened) return base::fail(platform::system_error("cannot write", file, errno));
  while (!bytes.empty()) {
    const auto written = ::write(opened.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::fail(platform::system_error("cannot write", file, errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

base::Result<Snapshot> Snapshot::take(SweepOptions options) {
  Snapshot snapshot;
  snapshot.options = std::move(options);
  auto stamp = take_stamp(snapshot.options.root);
  if (!stamp) return base::fail(std::move(stamp.error()));
  snapshot.stamp = *stamp;
  snapshot.running = RunningState::look(snapshot.options.root);
  auto names = sweep_names(snapshot.options);
  if (!names) return base::fail(std::move(names.error()));
  snapshot.names = std::move(*names);
  auto packages = read_packages(snapshot.options.root);
  if (!packages) return base::fail(std::move(packages.error()));
  snapshot.packages = std::move(*packages);
  auto shared = read_shared(snapshot.options);
  if (!shared) return base::fail(std::move(shared.error()));
  snapshot.shared = std::move(*shared);
  return snapshot;
}

base::Result<void> Snapshot::write(const std::filesystem::path& file) const {
  Output out;
  out.text(kMagic).number(stamp.changed).number(stamp.wall).number(stamp.running);
  out.text(options.root.string()).number(options.jobs);
  const auto excluded = options.exclusions.list();
  out.number(static_cast<std::int64_t>(excluded.size()));
  for (const auto& path : excluded) out.text(path);
  out.number(static_cast<std::int64_t>(packages.size()));
  for (const auto& one : packages) out.text(one.name).text(one.architecture).text(one.version).text(one.status);
  out.number(static_cast<std::int64_t>(shared.size()));
  for (const auto& [path, state] : shared) out.text(path).text(state.digest).text(state.contents);
  for (const auto* set : {&running.modules, &running.mounts}) {
    out.number(static_cast<std::int64_t>(set->size()));
    for (const auto& one : *set) out.text(one);
  }
  out.text(names.bytes());
  return write_private(file, out.bytes);
}

base::Result<Snapshot> Snapshot::read(const std::filesystem::path& file) {
  const auto bytes = platform::read_file(file, kLongestSnapshot);
  if (!bytes) return base::fail(bytes.error());
  const auto broken = [&] { return base::fail(ErrorKind::data, fmt::format("{} is not a snapshot", file.string())); };
  Input in(*bytes);
  if (in.text() != kMagic) return broken();
  Snapshot snapshot;
  snapshot.stamp.changed = in.number();
  snapshot.stamp.wall = in.number();
  snapshot.stamp.running = in.number();
  snapshot.options.root = in.text();
  snapshot.options.jobs = static_cast<unsigned>(in.number());
  std::vector<std::string> excluded;
  for (auto left = in.number(); left > 0 && in.good(); --left) excluded.push_back(in.text());
  snapshot.options.exclusions = Exclusions(excluded);
  for (auto left = in.number(); left > 0 && in.good(); --left) {
    Package package;
    package.name = in.text();
    package.architecture = in.text();
    package.version = in.text();
    package.status = in.text();
    snapshot.packages.push_back(std::move(package));
  }
  for (auto left = in.number(); left > 0 && in.good(); --left) {
    const auto path = in.text();
    const auto digest = in.text();
    snapshot.shared[path] = {digest, in.text()};
  }
  for (auto* set : {&snapshot.running.modules, &snapshot.running.mounts}) {
    for (auto left = in.number(); left > 0 && in.good(); --left) set->insert(in.text());
  }
  auto names = NameTable::from_bytes(in.text());
  if (!in.good() || !names) return broken();
  snapshot.names = std::move(*names);
  return snapshot;
}

}  // namespace ci::delta
