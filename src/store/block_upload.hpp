#pragma once
// An entry that is sent by HTTP while it is made: what comes through a pipe leaves in blocks, several at once.
//
// A block that stalls or breaks is sent again; everything ends at a deadline. Memory: BlockSettings.
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/http_transfers.hpp"
#include "platform/platform.hpp"
#include "store/block_target.hpp"
#include "store/entry_pipe.hpp"

namespace ci::store {

class BlockUpload final : public Upload {
 public:
  // Begins to read the pipe; the target hears of it when the first block is ready. Error: io.
  static base::Result<std::unique_ptr<BlockUpload>> begin(std::unique_ptr<BlockTarget> target,
                                                          const BlockSettings& settings,
                                                          const platform::Platform& platform);
  BlockUpload(const BlockUpload&) = delete;
  BlockUpload& operator=(const BlockUpload&) = delete;
  ~BlockUpload() override;

  [[nodiscard]] int descriptor() const override { return pipe_.writing.get(); }
  [[nodiscard]] std::optional<NotSaved> refusal() const override;
  tl::expected<void, NotSaved> commit() override;

 private:
  using Outcome = tl::expected<void, NotSaved>;
  struct Buffer {
    std::unique_ptr<char[]> data;  // settings_.block bytes, or none
    std::size_t size = 0;          // of them filled
    [[nodiscard]] std::string_view view() const { return {data.get(), size}; }
  };
  struct Block {
    std::uint64_t offset = 0;
    Buffer bytes;
    int tries = 0;
    bool running = false;
    platform::Monotonic not_before{};
  };

  BlockUpload(std::unique_ptr<BlockTarget> target, const BlockSettings& settings, const platform::Platform& platform,
              EntryPipe pipe);

  void run();
  Outcome step();
  Outcome read_pipe();
  // Moves what was read into a block when it is time to send it.
  Outcome cut();
  Outcome send_due_blocks();
  Outcome end_try(std::size_t number, const base::Result<platform::HttpResponse>& answer);
  void drop(std::size_t number);
  void take_buffer();
  [[nodiscard]] bool may_read() const { return !at_end_ && filling_.size < settings_.block; }
  [[nodiscard]] bool done() const { return begun_ && at_end_ && filling_.size == 0 && blocks_.empty(); }
  [[nodiscard]] tl::unexpected<NotSaved> failed(NotSavedReason reason, base::ErrorKind kind,
                                                const std::string& why) const;

  std::unique_ptr<BlockTarget> target_;
  BlockSettings settings_;
  platform::Platform platform_;
  std::unique_ptr<platform::HttpTransfers> transfers_;
  EntryPipe pipe_;
  Buffer filling_;  // read, not in a block yet
  bool at_end_ = false;
  bool begun_ = false;
  std::map<std::size_t, Block> blocks_;  // not stored yet, by number
  std::size_t next_ = 0;
  std::uint64_t cut_bytes_ = 0;  // of all blocks so far
  std::vector<Buffer> spare_;
  std::string shown_url_;
  std::atomic<bool> abandoned_ = false;
  bool committed_ = false;
  mutable std::mutex mutex_;
  Outcome outcome_;  // under the mutex while the thread runs
  std::thread thread_;
};

}  // namespace ci::store
