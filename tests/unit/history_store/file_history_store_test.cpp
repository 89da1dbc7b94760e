// The `file:` store: what every store promises, and what only files and an index can go wrong with.
#include "history_store/file_history_store.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "fakes/real_clock.hpp"
#include "history_store/conformance.hpp"
#include "history_store/removal.hpp"
#include "platform/filesystem.hpp"

namespace ci::test {
namespace {

namespace fs = std::filesystem;
using history_store::FileHistoryStore;
using history_store::FileLayout;
using testing::ElementsAre;
using testing::SizeIs;

class FilePlace final : public HistoryPlace {
 public:
  FilePlace() { ::chmod(folder_.path().c_str(), 0755); }
  ~FilePlace() override { set_modes(0755); }

  std::unique_ptr<history_store::HistoryStore> store() override {
    return std::make_unique<FileHistoryStore>(folder(), real_clock());
  }
  bool make_read_only() override {
    set_modes(0555);
    return true;
  }
  [[nodiscard]] fs::path folder() const { return folder_.path() / "history"; }

 private:
  void set_modes(mode_t mode) const {
    std::error_code error;
    if (!fs::exists(folder(), error)) return;
    ::chmod(folder().c_str(), mode);
    for (const auto& entry : fs::recursive_directory_iterator(folder(), error)) {
      if (entry.is_directory()) ::chmod(entry.path().c_str(), mode);
    }
  }

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(fs::temp_directory_path(), "history."));
};

INSTANTIATE_TEST_SUITE_P(File, HistoryStoreConformance, testing::Values(+[]() -> std::unique_ptr<HistoryPlace> {
                           return std::make_unique<FilePlace>();
                         }));

class FileHistory : public testing::Test {
 protected:
  void put(const Sample& sample) { ASSERT_TRUE(place_.store()->put(sample.document())); }
  std::vector<std::string> run_ids() {
    std::vector<std::string> ids;
    const auto rows = place_.store()->rows({});
    EXPECT_TRUE(rows) << rows.error().message;
    for (const auto& row : *rows) ids.push_back(row.run_id);
    return ids;
  }

  FilePlace place_;
  const FileLayout layout_{place_.folder()};
};

TEST_F(FileHistory, ARecordLiesByTheDayOnWhichItBegan) {
  const Sample sample;
  put(sample);
  EXPECT_TRUE(fs::exists(layout_.folder / "records/2026-11-21" / (sample.id + ".json")));
}

TEST_F(FileHistory, RecordsOfEarlierVersionsAreFoundToo) {
  const Sample flat;
  ASSERT_TRUE(platform::write_file(layout_.records() / (flat.id + ".json"), flat.document().pretty()));
  put({.run_id = "2", .started_at = noon(1)});
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  EXPECT_TRUE(place_.store()->document(flat.id));
}

TEST_F(FileHistory, TheIndexIsMadeAgainWhenItIsGoneOrDamaged) {
  put({});
  put({.run_id = "2", .started_at = noon(1)});
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  fs::remove(layout_.index());
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  const auto size = fs::file_size(layout_.index());
  std::ofstream(layout_.index()) << "no database at all";
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  EXPECT_EQ(fs::file_size(layout_.index()), size);
  fs::resize_file(layout_.index(), size / 2);
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  EXPECT_EQ(fs::file_size(layout_.index()), size);
  {
    std::fstream file(layout_.index(), std::ios::in | std::ios::out);
    file.seekp(4096);
    file << std::string(size - 4096, 'x');
  }
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  put({.run_id = "3", .started_at = noon(2)});
  EXPECT_THAT(run_ids(), ElementsAre("1", "2", "3"));
}

TEST_F(FileHistory, TheIndexFollowsFilesThatOthersAddReplaceAndRemove) {
  const Sample one;
  put(one);
  EXPECT_THAT(run_ids(), ElementsAre("1"));
  const auto file = layout_.record(one.id, one.started_at);
  Sample other{.run_id = "2"};
  other.id = one.id;
  ASSERT_TRUE(platform::write_file(file, other.document().pretty()));
  EXPECT_THAT(run_ids(), ElementsAre("2"));
  const Sample added{.run_id = "3", .started_at = noon(5)};
  ASSERT_TRUE(platform::write_file(layout_.record(added.id, added.started_at), added.document().pretty()));
  EXPECT_THAT(run_ids(), ElementsAre("2", "3"));
  fs::remove(file);
  EXPECT_THAT(run_ids(), ElementsAre("3"));
  fs::remove_all(layout_.records());
  EXPECT_THAT(run_ids(), ElementsAre());
}

TEST_F(FileHistory, AFileThatIsNoRecordIsPassedOver) {
  put({});
  for (const char* text : {"", "{", "[]", R"({"id": 3})"}) {
    ASSERT_TRUE(platform::write_file(layout_.records() / "2026-11-21/odd.json", text));
    EXPECT_THAT(run_ids(), ElementsAre("1"));
  }
  fs::create_directories(layout_.records() / "2026-11-21/folder.json");
  EXPECT_THAT(run_ids(), ElementsAre("1"));
}

TEST_F(FileHistory, NothingIsMadeByLooking) {
  EXPECT_THAT(run_ids(), ElementsAre());
  EXPECT_FALSE(fs::exists(layout_.folder));
}

TEST_F(FileHistory, AnIndexThatAnotherProcessKeepsLockedHoldsUpNobodyForLong) {
  put({});
  EXPECT_THAT(run_ids(), ElementsAre("1"));
  auto other = history_store::Database::open(layout_.index(), std::chrono::seconds(1)).value();
  ASSERT_TRUE(other.execute("BEGIN EXCLUSIVE"));
  const auto start = std::chrono::steady_clock::now();
  put({.run_id = "2", .started_at = noon(1)});
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
  ASSERT_TRUE(other.execute("ROLLBACK"));
  EXPECT_THAT(run_ids(), ElementsAre("1", "2"));
}

TEST_F(FileHistory, AFullDiskKeepsNothingByHalvesAndLeavesTheRestReadable) {
  put({});
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200, 200};  // bytes a file
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto store = place_.store();
    const auto put = store->put(Sample{.run_id = "2"}.document());
    const auto rows = store->rows({});
    ::_exit(!put && put.error().kind == base::ErrorKind::io && rows && rows->size() == 1 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(run_ids(), ElementsAre("1"));
}

TEST_F(FileHistory, ARemovalThatWasKilledIsEndedAndCountsNothingTwice) {
  Sample old{.started_at = noon(60)};
  put(old);
  put({.run_id = "now"});
  const auto row = history_store::row_of(old.document()).value();
  const auto place = layout_.place(old.id, old.started_at);
  // Killed after the summaries were written, before the record went.
  ASSERT_TRUE(history_store::remove_day(layout_, {"2026-09-22", {history_store::summarise({row})}, {place}}));
  const auto plan =
      base::Json::object()
          .set("date", "2026-09-22")
          .set("days", base::parse_json(platform::read_file(layout_.day("2026-09-22")).value()).value())
          .set("records",
               base::Json::array().push(base::Json::object().set("folder", place.folder).set("name", place.name)));
  ASSERT_TRUE(platform::write_file(layout_.record(place), old.document().pretty()));
  ASSERT_TRUE(platform::write_file(layout_.pending_removal(), plan.compact()));
  EXPECT_EQ(place_.store()->prune(noon(), {30, 1}).value(), 0U);
  EXPECT_THAT(run_ids(), ElementsAre("now"));
  ASSERT_THAT(place_.store()->days({}).value(), SizeIs(1));
  EXPECT_EQ(place_.store()->days({}).value()[0].runs, 1U);
  EXPECT_FALSE(fs::exists(layout_.pending_removal()));
}

TEST_F(FileHistory, AForgedPlanOfARemovalReachesNoFileElsewhere) {
  put({});
  const auto victim = layout_.folder / "victim.json";
  ASSERT_TRUE(platform::write_file(victim, "{}"));
  ASSERT_TRUE(
      platform::write_file(layout_.pending_removal(),
                           R"({"date": "2026-09-22", "days": [], "records": [{"folder": "..", "name": "victim.json"},
                                       {"folder": "", "name": "../victim.json"}]})"));
  EXPECT_TRUE(place_.store()->prune(noon(), {}));
  EXPECT_TRUE(fs::exists(victim));
}

TEST_F(FileHistory, PruneTakesTheReportAlong) {
  const Sample old{.started_at = noon(60)};
  put(old);
  put({.run_id = "now"});
  ASSERT_TRUE(platform::write_file(layout_.report(old.id), "# report"));
  EXPECT_EQ(place_.store()->prune(noon(), {30, 1}).value(), 1U);
  EXPECT_FALSE(fs::exists(layout_.report(old.id)));
  EXPECT_FALSE(fs::exists(layout_.records() / "2026-09-22"));
}

TEST_F(FileHistory, WhatCannotBeReadInTimeIsReadOnFromThereTheNextTime) {
  for (int i = 0; i < 1200; ++i) {
    const Sample sample{.run_id = std::to_string(i), .started_at = noon(i / 100)};
    ASSERT_TRUE(platform::write_file(layout_.record(sample.id, sample.started_at), sample.document().compact()));
  }
  FileHistoryStore hurried(layout_.folder, real_clock(), std::chrono::milliseconds(1));
  const auto rows = hurried.rows({});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().kind, base::ErrorKind::timeout);
  int calls = 1;
  while (!hurried.rows({}) && calls < 100) ++calls;
  EXPECT_LT(calls, 100);
  EXPECT_THAT(run_ids(), SizeIs(1200));
}

}  // namespace
}  // namespace ci::test
