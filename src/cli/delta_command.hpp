#pragma once
// `internal delta`: what an installation changed, for our own child with root rights and for tests.
#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "platform/platform.hpp"

namespace ci::cli {

// Runs `snapshot FILE`, `changes FILE` (a JSON document on standard output), `fingerprint` (the same), `capture FILE`
// or `restore` on the root that the line names, and returns the exit code. The last two get the archive's descriptor
// from the socket that the line names and print what they did as a JSON document. Error: what stopped it.
base::Result<int> run_delta(const CommandLine& line, const platform::Platform& platform);

}  // namespace ci::cli
