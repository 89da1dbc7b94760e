#pragma once
// Metrics sent to a Pushgateway or to VictoriaMetrics.
#include <vector>

#include "base/result.hpp"
#include "export/destination.hpp"
#include "history/record.hpp"

namespace ci::exporter {

struct Pushed {
  std::size_t count = 0;     // series or pieces that were sent
  std::size_t left_out = 0;  // series beyond kMostSeries (series.hpp)
};

// Puts what holds now to a Pushgateway: each series is a group of its own that replaces the earlier one whole, so that
// a result that is no longer true does not stay. The group's labels are `job`="ci-optimizer" and the series' own.
// Error: as Delivery::send(), and unavailable when the answer is a page, as a server gives that is no Pushgateway.
base::Result<Pushed> push_to_gateway(const platform::Platform& platform, const Destination& destination,
                                     const std::vector<history::Record>& records);

// Imports every run with its time into VictoriaMetrics. Errors: as above.
base::Result<Pushed> import_history(const platform::Platform& platform, const Destination& destination,
                                    const std::vector<history::Record>& records);

}  // namespace ci::exporter
