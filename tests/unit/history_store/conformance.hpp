#pragma once
// What every history store promises (history_store/history_store.hpp), for any kind of store: a kind joins by
//   INSTANTIATE_TEST_SUITE_P(Kind, HistoryStoreConformance, testing::Values(&make_place_of_that_kind));
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "history_store/history_store.hpp"
#include "history_store/sample_document.hpp"

namespace ci::test {

// The place where one test's records are kept, empty at first; it goes with all of them at the object's end.
class HistoryPlace {
 public:
  virtual ~HistoryPlace() = default;
  // Another store over the same place. Forked processes may call this at the same time.
  virtual std::unique_ptr<history_store::HistoryStore> store() = 0;
  // Nothing can be written to the place from here on; false where that cannot be had.
  virtual bool make_read_only() = 0;
};

// Returns nothing where the machine lacks what the place needs: the tests are then skipped.
using MakeHistoryPlace = std::unique_ptr<HistoryPlace> (*)();

class HistoryStoreConformance : public testing::TestWithParam<MakeHistoryPlace> {
 protected:
  void SetUp() override {
    if (!place_) GTEST_SKIP() << "this machine lacks what the store's place needs";
  }
  void expect_put(const base::Json& document) {
    const auto put = store_->put(document);
    EXPECT_TRUE(put) << put.error().message;
  }
  std::vector<history_store::Row> rows(const history_store::Selection& selection = {}) {
    auto rows = store_->rows(selection);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? std::move(*rows) : std::vector<history_store::Row>();
  }
  // The run ids of the selected runs, in the store's order.
  std::vector<std::string> run_ids(const history_store::Selection& selection = {}) {
    std::vector<std::string> ids;
    for (const auto& row : rows(selection)) ids.push_back(row.run_id);
    return ids;
  }

  std::unique_ptr<HistoryPlace> place_ = GetParam()();
  std::unique_ptr<history_store::HistoryStore> store_ = place_ ? place_->store() : nullptr;
};

}  // namespace ci::test
