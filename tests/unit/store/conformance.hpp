#pragma once
// What every store promises (store/store.hpp), for any kind of store: a kind joins by
//   INSTANTIATE_TEST_SUITE_P(Kind, StoreConformance, testing::Values(&make_place_of_that_kind), ...);
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/fake_platform.hpp"
#include "store/store.hpp"

namespace ci::test {

// The place where one test's entries are kept, empty at first; it goes with all of them at the object's end.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  // Another store over the same place. Threads and forked processes may call this at the same time.
  virtual std::unique_ptr<store::Store> store(const platform::Platform& platform) = 0;
  // Shortens what is kept of the entry behind the store's back, so that it can no longer be delivered whole.
  virtual void cut_short(const store::Entry& entry) = 0;
};

// Returns nothing where the machine lacks what the place needs: the tests are then skipped.
using MakeStorePlace = std::unique_ptr<StorePlace> (*)();

// Writes all of `bytes` to `descriptor`; false when that fails.
inline bool write_to(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Returns everything from `descriptor` to its end.
inline std::string read_from(int descriptor) {
  std::string bytes;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Saves `bytes` under `key`. Returns nothing when that was done, else why not.
inline std::optional<store::NotSaved> save(store::Store& store, const std::string& key, std::string_view bytes) {
  auto upload = store.create(key);
  if (!upload) return upload.error();
  if (!write_to((*upload)->descriptor(), bytes)) {
    return store::NotSaved{store::NotSavedReason::failed, {base::ErrorKind::io, "write failed", {}}};
  }
  auto saved = (*upload)->commit();
  return saved ? std::nullopt : std::optional(saved.error());
}

// Returns the bytes of `entry`, or why they cannot be had.
inline base::Result<std::string> load(store::Store& store, const store::Entry& entry) {
  auto download = store.open(entry);
  if (!download) return base::fail(download.error());
  std::string bytes = read_from((*download)->descriptor());
  if (auto whole = (*download)->finish(); !whole) return base::fail(whole.error());
  return bytes;
}

class StoreConformance : public testing::TestWithParam<MakeStorePlace> {
 protected:
  void SetUp() override {
    if (!place_) GTEST_SKIP() << "this machine lacks what the store's place needs";
  }
  // Saves an entry, later than all before it.
  void expect_saved(const std::string& key, std::string_view bytes = "bytes") {
    platform_.clock.advance(std::chrono::seconds(1));
    const auto refusal = save(*store_, key, bytes);
    EXPECT_FALSE(refusal) << key << ": " << refusal->error.message;
  }
  // The key that is found; "none" when nothing is; the message of an error.
  std::string found(const std::string& key, const std::vector<std::string>& prefixes = {}) {
    const auto entry = store_->find(key, prefixes);
    if (!entry) return entry.error().message;
    return *entry ? (*entry)->key : "none";
  }
  // The keys that begin with `prefix`, in the order of the store.
  std::vector<std::string> listed(const std::string& prefix = "") {
    std::vector<std::string> keys;
    const auto entries = store_->list(prefix);
    if (!entries) return {entries.error().message};
    for (const auto& entry : *entries) keys.push_back(entry.key);
    return keys;
  }
  // The bytes of the entry with `key`; the message of an error.
  std::string loaded(const std::string& key) {
    const auto entry = store_->find(key, {});
    if (!entry || !*entry) return entry ? "none" : entry.error().message;
    const auto bytes = load(*store_, **entry);
    return bytes ? *bytes : bytes.error().message;
  }

  FakePlatform platform_;
  std::unique_ptr<StorePlace> place_ = GetParam()();
  std::unique_ptr<store::Store> store_ = place_ ? place_->store(platform_.seams()) : nullptr;
};

}  // namespace ci::test
