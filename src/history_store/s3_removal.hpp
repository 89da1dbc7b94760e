#pragma once
// Rolls days up and removes their records, in a bucket where nobody can be locked out.
//
// What remains of a day is an object days/DATE/NUMBER.json: the day's summaries, and which records they have counted.
// Its successor, with the next number, holds all that it held. An object is only ever made anew, so that of two
// processes one does the work; whoever finds records that are counted already, since another was killed on the way,
// removes them and counts nothing twice. The object with the highest number is the day's.
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/retention.hpp"
#include "history_store/daily.hpp"
#include "history_store/s3_records.hpp"
#include "history_store/selection.hpp"
#include "platform/clock.hpp"

namespace ci::history_store {

class S3Removal {
 public:
  // Of one day so many records are removed at once.
  static constexpr std::size_t kMostAtOnce = 1000;

  // `records` and `clock` must outlive this object, whose calls are over at `end`.
  S3Removal(S3Records& records, const platform::Clock& clock, platform::Monotonic end)
      : records_(records), clock_(clock), end_(end) {}

  // HistoryStore::prune(), as far as there is time: the rest goes next time. Error: as S3Records, when nothing went.
  base::Result<std::size_t> remove_what_goes(base::TimePoint now, history::Retention retention);

  // HistoryStore::days().
  base::Result<std::vector<Day>> days(const Selection& selection);

 private:
  using Names = std::vector<S3RecordName>;

  // What is known of a day: the number of its object, 0 = there is none.
  struct Counted {
    int number = 0;
    std::vector<Day> days;
    std::map<std::string, std::string> ids;  // of the records that are counted, by the texts of their names
  };

  // The highest number of each date's objects.
  base::Result<std::map<std::string, int>> numbers();
  base::Result<Counted> counted(const std::string& date, int number);
  // Removes what is counted of `there`, which is what there is of `date`, counts and removes `going`. Returns how many
  // records it has counted.
  base::Result<std::size_t> remove_of_day(const std::string& date, int number, const Names& there, Names going);
  base::Result<void> remove(const std::map<std::string, std::string>& ids, const Names& names);

  S3Records& records_;
  const platform::Clock& clock_;
  const platform::Monotonic end_;
};

}  // namespace ci::history_store
