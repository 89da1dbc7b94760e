#pragma once
// The archives of an installation, each as a DebCopy in one folder.
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apt/deb_contents.hpp"
#include "apt/deb_copy.hpp"
#include "apt/deb_folder.hpp"

namespace ci::apt {

// Any thread may call it, but complete() only when no other does.
class DebCopies {
 public:
  // Archives in the folder `copied` are in this form already.
  explicit DebCopies(platform::RunFolder folder, std::filesystem::path copied = {})
      : folder_(std::move(folder)), copied_(std::move(copied)) {}

  // Begins the copy of an archive that is being decompressed; nullptr when there is one or none can be made.
  std::unique_ptr<DebCopy> begin(const std::filesystem::path& archive, const DebContents& contents);
  // Ends it; an archive whose copy fails has none.
  void end(const std::filesystem::path& archive, DebCopy& copy);

  // Makes those copies of `archives` that are missing, on every core. Error: an archive is gone or damaged; io.
  base::Result<void> complete(const std::vector<std::filesystem::path>& archives);

  // The SHA-256 in hex of the original of the copy `file`; "" when it was made by somebody else or is not there.
  [[nodiscard]] std::string original_digest(const std::string& file) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  base::Result<void> make(const std::filesystem::path& archive);
  bool has_failed() const;

  platform::RunFolder folder_;
  std::filesystem::path copied_;
  mutable std::mutex mutex_;                    // guards what follows
  std::map<std::string, std::string> digests_;  // of the originals, by the copies' names
  std::optional<base::Error> failure_;          // of the first copy that could not be written: no more are tried
};

}  // namespace ci::apt
