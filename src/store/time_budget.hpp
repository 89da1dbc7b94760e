#pragma once
// How long stores behind a network may take.
#include "base/time.hpp"

namespace ci::store {

// What is not there by then is a miss, or not saved.
struct TimeBudget {
  base::Duration restore = std::chrono::minutes(10);  // from a find to the end of its download, reading it included
  base::Duration save = std::chrono::minutes(20);     // from create to commit
};

}  // namespace ci::store
