#pragma once
// Traces sent over OTLP/HTTP.
#include <vector>

#include "base/result.hpp"
#include "export/destination.hpp"
#include "export/otlp_traces.hpp"

namespace ci::exporter {

// Sends the traces to URL/v1/traces, or to the URL itself when it ends so, about 1000 spans at once, and returns how
// many spans were accepted. What the receiver says without refusing any goes to the log as a warning, and so does an
// answer that does not say that it came from a receiver of OTLP. Error: as Delivery::send(), and unavailable when spans
// were refused (partial_success) or the answer is something else than OTLP's, as of a server that takes any POST.
base::Result<std::size_t> send_traces(const platform::Platform& platform, const Destination& destination,
                                      std::vector<Trace> traces);

}  // namespace ci::exporter
