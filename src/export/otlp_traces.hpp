#pragma once
// Records as traces: a workflow run is a trace, its jobs are tasks, what a job spent its time on is below them.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "history/record.hpp"

namespace ci::exporter {

// The spans of one attempt of one workflow run.
struct Trace {
  base::Json::Array spans;  // the run first
};

// Returns the traces of the finished records, those that began first at the front. The same records always get the same
// identifiers: the trace's are made of repository, run and attempt, a job's of job, matrix and step too, so that what
// is sent twice can be known as the same. Jobs of one run that are exported apart share the trace and the run's span,
// which each time says what is known then. `server` is the address of GitHub ("https://github.com"), for links.
std::vector<Trace> otlp_traces(const std::vector<history::Record>& records, const std::string& server);

// Returns the ExportTraceServiceRequest of the spans.
base::Json otlp_request(base::Json::Array spans);

}  // namespace ci::exporter
