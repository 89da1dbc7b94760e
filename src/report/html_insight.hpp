#pragma once
// What earlier runs say about this one, on the HTML page.
#include "insight/insight.hpp"
#include "report/html_writer.hpp"

namespace ci::report {

// The verdict about slow runs and regressions, with its evidence; nothing when the run is as usual or not judged.
void write_alert(HtmlWriter& page, const insight::Insight& insight);

// Each metric against its median, with its last values; how often the job succeeds and how soon it is mended; whether
// it fails by chance; when its level changed.
void write_comparison(HtmlWriter& page, const insight::Insight& insight);

}  // namespace ci::report
