#pragma once
// How long records are kept.

namespace ci::history {

// A record goes when it is older than `days` and not among the newest `runs`: 30 days or 50 runs, whichever is more.
struct Retention {
  int days = 30;
  int runs = 50;
};

}  // namespace ci::history
