#include "insight/record_look_back.hpp"

#include <fmt/format.h>

#include "history_store/file_history_store.hpp"
#include "platform/filesystem.hpp"
#include "platform/run_folder.hpp"

namespace ci::insight {

base::Result<Insight> look_back_on(const std::vector<history::Record>& records, const platform::Clock& clock) {
  const auto folder = platform::RunFolder::make("/tmp", "history");
  if (!folder) return base::fail(folder.error());
  history_store::FileHistoryStore store(folder->path(), clock);
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].repository != records.front().repository) continue;
    auto record = records[i];
    // Ids of strangers are no names for files.
    record.id = fmt::format("{}", i);
    // In the folder of all days, of which the store makes its index in one go.
    const auto written =
        platform::write_file(store.layout().records() / (record.id + ".json"), history::to_json(record).compact());
    if (!written) return base::fail(written.error());
  }
  auto newest = records.front();
  newest.id = "0";
  return look_back(store, newest);
}

}  // namespace ci::insight
