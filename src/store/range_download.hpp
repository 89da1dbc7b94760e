#pragma once
// An entry that a service gives out by HTTP: several ranges of it at once, put in order into a pipe.
//
// A range that stalls or breaks is asked for again from where it stopped; everything ends at a deadline. A service that
// knows no ranges is read as one stream. At most `range` times `at_once` bytes are held.
#include <atomic>
#include <memory>
#include <thread>

#include "platform/http_transfers.hpp"
#include "platform/platform.hpp"
#include "store/entry_pipe.hpp"
#include "store/range_source.hpp"
#include "store/range_window.hpp"
#include "store/store.hpp"

namespace ci::store {

class RangeDownload final : public Download {
 public:
  // Asks for the first range and returns when the service has begun to answer. Error: unavailable (no such entry, no
  // answer, or one that makes no sense), timeout, cancelled.
  static base::Result<std::unique_ptr<RangeDownload>> begin(std::unique_ptr<RangeSource> source,
                                                            const RangeSettings& settings,
                                                            const platform::Platform& platform);
  RangeDownload(const RangeDownload&) = delete;
  RangeDownload& operator=(const RangeDownload&) = delete;
  ~RangeDownload() override;

  [[nodiscard]] const RangeFacts& facts() const { return facts_; }

  // Goes on, on a thread of its own. To be called once, before the descriptor is read.
  void start();

  [[nodiscard]] int descriptor() const override { return pipe_.reading.get(); }
  base::Result<void> finish() override;

 private:
  RangeDownload(std::unique_ptr<RangeSource> source, const RangeSettings& settings, const platform::Platform& platform,
                EntryPipe pipe);

  // Moves what can be moved, or waits a moment. Error: the download has failed.
  base::Result<void> step();
  base::Result<void> ask_for_due_ranges();
  base::Result<void> ask(Range& range);
  platform::Flow take(Range& range, const platform::HttpResponse& head, std::string_view bytes);
  // Whether the answer brings what `range` needs; notes its facts.
  bool accept(Range& range, const platform::HttpResponse& head);
  base::Result<void> write_ready();
  base::Result<void> end_try(Range& range, const base::Result<platform::HttpResponse>& answer);
  base::Result<void> refused(Range& range, const platform::HttpResponse& answer);
  base::Result<void> try_again(Range& range, base::Duration wait, const std::string& why);
  base::Error failure(base::ErrorKind kind, const std::string& why) const;

  std::unique_ptr<RangeSource> source_;
  RangeSettings settings_;
  platform::Platform platform_;
  std::unique_ptr<platform::HttpTransfers> transfers_;
  RangeWindow window_;
  RangeFacts facts_;
  EntryPipe pipe_;
  std::string shown_url_;
  bool answered_ = false;  // the service has begun to give the entry out
  int generation_ = 0;     // counts the renewals of the source
  base::Result<void> result_;
  std::atomic<bool> abandoned_ = false;
  std::thread thread_;
};

}  // namespace ci::store
