#pragma once
// Alerts on what the exporters for Prometheus tell.
#include <string_view>

namespace ci::exporter {

// Returns a rule file for Prometheus or vmalert with the alerts of seed 4: two failures in a row; durations 50 % above
// those of the seven days before. They count runs on the default branch only.
std::string_view alert_rules();

}  // namespace ci::exporter
