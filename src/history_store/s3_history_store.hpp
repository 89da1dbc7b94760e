#pragma once
// Records as objects in a bucket, at Amazon or any service that speaks like it. docs/HISTORY.md, "s3:".
#include <memory>
#include <string>
#include <vector>

#include "history_store/history_store.hpp"
#include "history_store/s3_records.hpp"
#include "s3/client.hpp"

namespace ci::history_store {

// Parallel writers never write one object unless they are the same run. Only what is committed can be seen: an object
// appears whole, and the record's own is written after those that lead to it.
class S3HistoryStore final : public HistoryStore {
 public:
  // `credentials` is an error where there are none: every function then tells it. One call may take `patience`. What
  // `platform` refers to must outlive the store.
  S3HistoryStore(const s3::Location& location, const base::Result<s3::Credentials>& credentials,
                 const platform::Platform& platform, base::Duration patience);

  [[nodiscard]] std::string name() const override { return name_; }
  base::Result<void> put(const base::Json& document) override;
  base::Result<std::vector<Row>> rows(const Selection& selection) override;
  base::Result<base::Json> document(const std::string& id) override;
  base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) override;
  base::Result<std::vector<Day>> days(const Selection& selection) override;

 private:
  [[nodiscard]] platform::Monotonic end_of_call() const { return platform_.clock.monotonic() + patience_; }
  // Takes the id for the record `name`; an earlier record of the same run may have it. Error: data, when another run
  // has.
  base::Result<void> claim(const std::string& id, const S3RecordName& name, platform::Monotonic end);
  base::Result<std::vector<Row>> rows_by_id(const Selection& selection, platform::Monotonic end);
  base::Result<std::vector<Row>> rows_by_day(const Selection& selection, platform::Monotonic end);
  // Adds to `found` the selected ones of `names`, until the selection's limit is filled.
  base::Result<void> add_selected(const Selection& selection, const std::vector<S3RecordName>& names,
                                  platform::Monotonic end, std::vector<Row>& found);

  const std::string name_;
  platform::Platform platform_;
  const base::Duration patience_;
  base::Result<std::unique_ptr<s3::Client>> client_;
  std::unique_ptr<S3Records> records_;  // nullptr when there are no credentials
};

}  // namespace ci::history_store
