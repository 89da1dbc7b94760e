#pragma once
// The `file:` store: entries in a folder of this machine, shared by any number of processes (folder_layout.hpp).
//
// An entry appears whole and goes whole. The least recently used ones are removed when a newly saved one takes the
// store beyond its limit; who has one open reads on. Nothing is forced to the disk: an entry that a power failure cut
// short is found by its size, and is treated as absent.
#include <cstdint>
#include <filesystem>
#include <optional>

#include "platform/clock.hpp"
#include "platform/log.hpp"
#include "store/store.hpp"

namespace ci::store {

class FolderStore final : public Store {
 public:
  // `folder`: absolute; made, for this user alone, when the first entry is saved. `limit`: bytes of all entries.
  FolderStore(std::filesystem::path folder, std::optional<std::uint64_t> limit, const platform::Clock& clock,
              platform::Log& log)
      : folder_(std::move(folder)), limit_(limit), clock_(clock), log_(log) {}

  base::Result<std::optional<Entry>> find(const std::string& key, const std::vector<std::string>& prefixes) override;
  base::Result<std::vector<Entry>> list(const std::string& prefix) override;
  base::Result<std::unique_ptr<Download>> open(const Entry& entry) override;
  tl::expected<std::unique_ptr<Upload>, NotSaved> create(const std::string& key) override;
  base::Result<void> remove(const Entry& entry) override;

 private:
  std::filesystem::path folder_;
  std::optional<std::uint64_t> limit_;
  const platform::Clock& clock_;
  platform::Log& log_;
};

}  // namespace ci::store
