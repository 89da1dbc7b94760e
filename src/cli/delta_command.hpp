#pragma once
// `internal delta`: what an installation changed, for our own child with root rights and for tests.
#include "base/result.hpp"
#include "cli/command_line.hpp"

namespace ci::cli {

// Runs `snapshot FILE`, `changes FILE` (a JSON document on standard output) or `fingerprint` (the same) on the root
// that the line names, and returns the exit code. Error: what stopped it.
base::Result<int> run_delta(const CommandLine& line);

}  // namespace ci::cli
