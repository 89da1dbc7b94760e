#pragma once
// A new entry of a `file:` store, written in a folder of its own until it is renamed into place.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/clock.hpp"
#include "platform/file_descriptor.hpp"
#include "store/store.hpp"

namespace ci::store {

// Returns the reason that a system call's error number gives for not saving, with `error` as its story.
NotSaved not_saved(base::Error error, int number);

class FolderUpload final : public Upload {
 public:
  // Begins an entry in the existing folder `store`. `limit`: the most bytes that it may have. `saved` is called when
  // the entry is in place.
  static tl::expected<std::unique_ptr<Upload>, NotSaved> begin(const std::filesystem::path& store, std::string key,
                                                               std::optional<std::uint64_t> limit,
                                                               const platform::Clock& clock,
                                                               std::function<void(const Entry&)> saved);
  FolderUpload(const FolderUpload&) = delete;
  FolderUpload& operator=(const FolderUpload&) = delete;
  ~FolderUpload() override;

  [[nodiscard]] int descriptor() const override { return data_.get(); }
  // no_room when not a block of the disk is free: whoever writes learns of it before this object does.
  [[nodiscard]] std::optional<NotSaved> refusal() const override;
  tl::expected<void, NotSaved> commit() override;

 private:
  FolderUpload(std::filesystem::path store, std::string key, std::optional<std::uint64_t> limit,
               const platform::Clock& clock, std::function<void(const Entry&)> saved);
  // Makes the folder and the locked file in it. Returns 0, EAGAIN when another process cleaned up at this very
  // moment, or the error number.
  int make_folder();
  // Renames the folder into place, where only a damaged entry gives way. Returns 0 or the error number.
  int put_in_place();

  std::filesystem::path store_;
  std::filesystem::path folder_;  // empty when there is none any more
  std::string key_;
  std::optional<std::uint64_t> limit_;
  const platform::Clock& clock_;
  std::function<void(const Entry&)> saved_;
  platform::FileDescriptor data_;
};

}  // namespace ci::store
