#include "store/folder_layout.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "platform/system_error.hpp"

namespace ci::store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using platform::FileDescriptor;
using platform::system_error;

constexpr mode_t kStoreMode = 0700;
constexpr mode_t kFileMode = 0666;                // before the umask: the store's own folder says who may enter
constexpr std::size_t kLongestEntryFile = 16384;  // a key of 512 characters, every one escaped, and the rest
constexpr std::size_t kRandomBytes = 12;
constexpr std::size_t kDigestDigits = 2 * base::kSha256Size;
constexpr std::string_view kEntry = "entry-";
constexpr std::string_view kWriting = "writing-";
constexpr std::string_view kRemoved = "removed-";

// Whether `name` is `kind` and then `digits` hexadecimal digits.
bool is_name(std::string_view name, std::string_view kind, std::size_t digits) {
  if (!name.starts_with(kind)) return false;
  name.remove_prefix(kind.size());
  return name.size() == digits && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

fs::path random_name(const fs::path& store, std::string_view kind) {
  return store / (std::string(kind) + base::random_hex(kRandomBytes));
}

std::string entry_name(std::string_view key) {
  return std::string(kEntry) + base::hex(base::sha256(key));
}

base::TimePoint time_point(const timespec& time) {
  return base::TimePoint(std::chrono::seconds(time.tv_sec) +
                         std::chrono::duration_cast<base::Duration>(std::chrono::nanoseconds(time.tv_nsec)));
}

timespec time_spec(base::TimePoint time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = whole.time_since_epoch().count(), .tv_nsec = std::chrono::nanoseconds(time - whole).count()};
}

// Sets the time of last use; the time of reading is left as it is.
int set_use(int descriptor, base::TimePoint now) {
  const std::array<timespec, 2> times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, time_spec(now)};
  return ::futimens(descriptor, times.data()) == 0 ? 0 : errno;
}

// What `text`, the contents of a file `entry`, says; nothing when it is malformed.
std::optional<Entry> parse_entry(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json || !(*json)["key"].is_string() || !(*json)["bytes"].is_integer()) return std::nullopt;
  const auto created = base::parse_rfc3339((*json)["created"].as_string());
  const auto bytes = (*json)["bytes"].as_integer();
  if (!created || bytes < 0) return std::nullopt;
  return Entry{(*json)["key"].as_string(), static_cast<std::uint64_t>(bytes), *created};
}

std::string entry_text(const Entry& entry) {
  return base::Json::object()
             .set("key", entry.key)
             .set("bytes", static_cast<std::int64_t>(entry.bytes))
             .set("created", base::to_rfc3339(entry.created))
             .compact() +
         "\n";
}

// Deletes a folder that no other process looks for.
void delete_folder(const fs::path& folder) {
  std::error_code ignored;  // what stays is deleted by remove_abandoned
  fs::remove_all(folder, ignored);
}

// Renames `folder` to one that is being removed, returned in `taken`. Returns 0 or the error number.
int take_out(const fs::path& store, const fs::path& folder, fs::path& taken) {
  taken = random_name(store, kRemoved);
  return ::rename(folder.c_str(), taken.c_str()) == 0 ? 0 : errno;
}

// Deletes the folder of an entry that was being written, unless its writer lives.
void remove_if_abandoned(const fs::path& store, const fs::path& folder) {
  const FileDescriptor data = open_data(folder);
  // Without the file a writer has just begun, or died then. Only the empty folder goes, never a file that comes at this
  // moment; a living writer begins again.
  if (!data) {
    if (errno == ENOENT) ::rmdir(folder.c_str());
  } else if (::flock(data.get(), LOCK_EX | LOCK_NB) == 0) {
    remove_entry(store, folder);
  }
}

// Returns the entry in `folder` whose own name, which its key gives, is `name`.
base::Result<StoredEntry> read_entry_named(const fs::path& folder, std::string_view name) {
  // Both files by one descriptor: the folder may be renamed in between.
  const FileDescriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const auto damaged = [&](std::string_view why) {
    return fail(ErrorKind::data, fmt::format("damaged cache entry {}: {}", folder.string(), why));
  };
  const auto failed = [&](int error) { return fail(system_error("cannot read the cache entry", folder, error)); };
  if (!place && errno == ENOENT) return fail(ErrorKind::unavailable, "no such cache entry");
  if (!place && (errno == ENOTDIR || errno == ELOOP)) return damaged("not a folder");
  if (!place) return failed(errno);

  struct stat data {};
  if (::fstatat(place.get(), "data", &data, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? damaged("without data") : failed(errno);
  }
  if (!S_ISREG(data.st_mode)) return damaged("the data is no file");

  const FileDescriptor file(::openat(place.get(), "entry", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return errno == ENOENT || errno == ELOOP ? damaged("without description") : failed(errno);
  struct stat description {};
  if (::fstat(file.get(), &description) != 0) return failed(errno);
  std::string text(kLongestEntryFile, '\0');
  const auto size = ::pread(file.get(), text.data(), text.size(), 0);
  if (size < 0) return errno == EISDIR || errno == ESPIPE ? damaged("the description is no file") : failed(errno);
  text.resize(static_cast<std::size_t>(size));
  auto entry = parse_entry(text);
  if (!entry) return damaged("unreadable description");
  if (entry_name(entry->key) != name) return damaged("the description is of another entry");
  if (entry->bytes != static_cast<std::uint64_t>(data.st_size)) {
    return damaged(fmt::format("{} bytes where {} were saved", data.st_size, entry->bytes));
  }
  return StoredEntry{std::move(*entry), time_point(description.st_mtim), folder};
}

}  // namespace

fs::path entry_folder(const fs::path& store, std::string_view key) {
  return store / entry_name(key);
}

fs::path new_folder(const fs::path& store) {
  return random_name(store, kWriting);
}

base::Result<void> make_store_folder(const fs::path& store) {
  fs::path made;
  for (const fs::path& part : store) {
    made /= part;
    if (::mkdir(made.c_str(), kStoreMode) == 0 || errno == EEXIST) continue;
    // What cannot be made may be there: the root folder of a read-only file system, or one that we may only pass.
    const int error = errno;
    struct stat status {};
    if (::stat(made.c_str(), &status) != 0) return fail(system_error("cannot make the cache folder", made, error));
  }
  return {};
}

base::Result<StoredEntry> read_entry(const fs::path& folder) {
  return read_entry_named(folder, folder.filename().native());
}

int write_entry(const fs::path& folder, const Entry& entry) {
  const fs::path path = folder / "entry";
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!file) return errno;
  const std::string text = entry_text(entry);
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written < 0) return errno;
  if (static_cast<std::size_t>(written) != text.size()) return ENOSPC;
  return set_use(file.get(), entry.created);
}

void note_use(const fs::path& folder, base::TimePoint now) {
  const FileDescriptor file(::open((folder / "entry").c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file) set_use(file.get(), now);  // who may only read the store cannot, and reads all the same
}

FileDescriptor open_data(const fs::path& folder) {
  return FileDescriptor(::open((folder / "data").c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

base::Result<Listing> list_entries(const fs::path& store) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator file(store, error), end; !error && file != end; file.increment(error)) {
    if (!is_name(file->path().filename().native(), kEntry, kDigestDigits)) continue;
    auto entry = read_entry(file->path());
    if (entry) {
      listing.entries.push_back(std::move(*entry));
    } else if (entry.error().kind == ErrorKind::data) {
      listing.damaged.push_back(file->path());
    }
  }
  if (error && error.value() != ENOENT) return fail(system_error("cannot read the cache folder", store, error.value()));
  return listing;
}

int remove_entry(const fs::path& store, const fs::path& folder) {
  fs::path taken;
  int error = take_out(store, folder, taken);
  if (error == EXDEV) {
    // A folder of an overlay's lower layer (a store in a container's image) cannot be renamed.
    std::error_code why;
    fs::remove_all(folder, why);
    return why.value();
  }
  if (error == 0) delete_folder(taken);
  return error == ENOENT ? 0 : error;
}

int remove_damaged(const fs::path& store, const fs::path& folder) {
  fs::path taken;
  const int error = take_out(store, folder, taken);
  if (error == EXDEV) return remove_entry(store, folder);
  if (error != 0) return error == ENOENT ? 0 : error;
  // Another process may have put a sound entry in its place just before.
  const bool sound = read_entry_named(taken, folder.filename().native()).has_value();
  if (!sound || ::rename(taken.c_str(), folder.c_str()) != 0) delete_folder(taken);
  return 0;
}

void remove_abandoned(const fs::path& store) {
  std::vector<fs::path> found;
  std::error_code error;  // the folder that cannot be read is reported by who reads entries
  for (fs::directory_iterator file(store, error), end; !error && file != end; file.increment(error)) {
    found.push_back(file->path());
  }
  for (const fs::path& folder : found) {
    const std::string name = folder.filename().native();
    if (is_name(name, kRemoved, 2 * kRandomBytes)) delete_folder(folder);
    if (is_name(name, kWriting, 2 * kRandomBytes)) remove_if_abandoned(store, folder);
  }
}

}  // namespace ci::store
