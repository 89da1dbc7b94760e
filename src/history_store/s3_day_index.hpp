#pragma once
// The rows of a past day in one object, so that a list of weeks need not read each record.
//
//   rows/DATE/REPOSITORY-DIGEST.jsonl   a line for each record of that repository and day, in the order of their names
//
// DIGEST is that of the records' names and ETags as they are listed: an index is right or is not found, whoever made it
// and whatever has been written since. Any reader may make it; two make the same.
#include <string>
#include <vector>

#include "history_store/s3_records.hpp"
#include "history_store/selection.hpp"

namespace ci::history_store {

class S3DayIndex {
 public:
  // Fewer records are read one by one, and more of one day as well.
  static constexpr std::size_t kLeast = 16;
  static constexpr std::size_t kMost = 2000;

  // `records` must outlive this object. Days before `today` are past.
  S3DayIndex(S3Records& records, std::string today) : records_(records), today_(std::move(today)) {}

  // Adds the rows that `selection` selects to `found`. `listed`: all records of some days, the newest first. Makes the
  // indexes that are missing and pay. Error: as S3Records; that an index cannot be written is none.
  base::Result<void> add_rows(const std::vector<S3Listed>& listed, const Selection& selection, platform::Monotonic end,
                              std::vector<Row>& found);

 private:
  // The records of one repository on one day.
  struct Group {
    std::vector<S3RecordName> names;
    std::string etags;       // with the names, as the digest wants them
    std::size_t wanted = 0;  // so many may be selected
    [[nodiscard]] std::string folder() const;
    [[nodiscard]] std::string object() const;
  };

  [[nodiscard]] bool pays(const Group& group) const;
  base::Result<void> add_each(const Group& group, const Selection& selection, platform::Monotonic end,
                              std::vector<Row>& found);
  void make(const Group& group, const std::vector<std::optional<std::string>>& heads, platform::Monotonic end);

  S3Records& records_;
  const std::string today_;
};

}  // namespace ci::history_store
