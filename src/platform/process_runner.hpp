#pragma once
// Real child processes.
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/process.hpp"

namespace ci::platform {

// Makes this process a subreaper (prctl(2)): what a command orphans becomes our child instead of escaping to init.
// Commands may run in parallel from several threads; each one only ever stops its own processes.
class SystemProcessRunner final : public ProcessRunner {
 public:
  SystemProcessRunner(const Clock& clock, const Cancellation& cancellation);

  base::Result<Outcome> run(const Command& command) override;

 private:
  const Clock& clock_;
  const Cancellation& cancellation_;
};

}  // namespace ci::platform
