#pragma once
// Records as files in a folder, and an index that can be made again from them. docs/HISTORY.md, "file:".
#include <optional>

#include "history_store/file_layout.hpp"
#include "history_store/history_store.hpp"
#include "history_store/index_update.hpp"
#include "platform/clock.hpp"

namespace ci::history_store {

// The folder may be on a network file system, read-only, full, or in use by any number of processes. Files are written
// whole under another name and renamed; the index is only ever an aid: when it cannot be written it is made in memory,
// when it is damaged it is made anew.
class FileHistoryStore final : public HistoryStore {
 public:
  // What one call may take that has to read records which the index does not know.
  static constexpr base::Duration kPatience = std::chrono::seconds(10);

  FileHistoryStore(std::filesystem::path folder, const platform::Clock& clock, base::Duration patience = kPatience)
      : layout_{std::move(folder)}, clock_(clock), patience_(patience) {}

  [[nodiscard]] const FileLayout& layout() const { return layout_; }
  [[nodiscard]] std::string name() const override { return "file:" + layout_.folder.string(); }
  base::Result<void> put(const base::Json& document) override;
  base::Result<std::vector<Row>> rows(const Selection& selection) override;
  base::Result<base::Json> document(const std::string& id) override;
  base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) override;
  base::Result<std::vector<Day>> days(const Selection& selection) override;

 private:
  base::Result<void> note(const Place& place, const Row& row);
  base::Result<RecordIndex*> index();
  base::Result<RecordIndex*> index_on_disk(const TimeLimit& limit);
  base::Result<RecordIndex*> index_in_memory(const TimeLimit& limit);
  void discard_damaged_index();
  // Asks the index; makes it anew and asks again when it turns out to be damaged.
  template <class Question>
  auto ask(Question question) -> decltype(question(std::declval<RecordIndex&>()));
  base::Result<std::size_t> remove(RecordIndex& index, const std::string& date, const std::vector<SeriesDay>& days);

  const FileLayout layout_;
  const platform::Clock& clock_;
  const base::Duration patience_;
  std::optional<RecordIndex> index_;
  bool in_memory_ = false;
};

}  // namespace ci::history_store
