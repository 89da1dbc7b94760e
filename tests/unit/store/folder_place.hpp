#pragma once
// A folder for one test's `file:` store.
#include <filesystem>
#include <memory>
#include <utility>

#include "conformance.hpp"
#include "platform/filesystem.hpp"
#include "store/folder_layout.hpp"
#include "store/locator.hpp"

namespace ci::test {

class FolderPlace final : public StorePlace {
 public:
  std::unique_ptr<store::Store> store(const platform::Platform& platform) override { return store(platform, {}); }
  std::unique_ptr<store::Store> store(const platform::Platform& platform, store::StoreLimits limits) {
    return std::move(*store::open_store("file:" + path().string(), limits, platform));
  }
  void cut_short(const store::Entry& entry) override {
    std::filesystem::resize_file(entry_folder(entry.key) / "data", entry.bytes / 2);
  }

  // The store's folder, which does not exist at first.
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "cache" / "store"; }
  [[nodiscard]] std::filesystem::path entry_folder(const std::string& key) const {
    return store::entry_folder(path(), key);
  }
  // How many files and folders are in the store's folder.
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(std::filesystem::directory_iterator(path()), std::filesystem::directory_iterator());
  }

 private:
  platform::TemporaryFolder folder_{
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "ci-optimizer-store-"))};
};

}  // namespace ci::test
