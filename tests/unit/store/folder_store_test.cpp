// What the `file:` store promises besides (store/folder_store.hpp).
#include "store/folder_store.hpp"

#include <filesystem>

#include "conformance.hpp"
#include "platform/filesystem.hpp"
#include "store/folder_layout.hpp"
#include "store/locator.hpp"

namespace ci::test {
namespace {

namespace fs = std::filesystem;

class FolderPlace final : public StorePlace {
 public:
  std::unique_ptr<store::Store> store(const platform::Platform& platform) override {
    return std::move(*store::open_store("file:" + path().string(), {}, platform));
  }
  void cut_short(const store::Entry& entry) override {
    fs::resize_file(store::entry_folder(path(), entry.key) / "data", entry.bytes / 2);
  }

 private:
  [[nodiscard]] fs::path path() const { return folder_.path() / "store"; }
  platform::TemporaryFolder folder_{
      std::move(*platform::TemporaryFolder::make(fs::temp_directory_path(), "ci-optimizer-store-"))};
};

std::unique_ptr<StorePlace> make_folder_place() {
  return std::make_unique<FolderPlace>();
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Folder, StoreConformance, testing::Values(&make_folder_place),
                         [](const auto&) { return "file"; });

}  // namespace ci::test
