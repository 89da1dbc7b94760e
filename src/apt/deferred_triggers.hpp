#pragma once
// Keeps the manual-page index and the initramfs from being rebuilt while packages are installed on a machine that is
// thrown away afterwards. Both packages read a file before they do the work; the file is put aside and put back.
#include "apt/apt_tool.hpp"
#include "base/result.hpp"

namespace ci::apt {

class DeferredTriggers {
 public:
  explicit DeferredTriggers(platform::ProcessRunner& processes, const AptTool& tool)
      : processes_(processes), tool_(tool) {}

  // Puts the switches aside, those that are there.
  base::Result<void> hold();
  // Puts back what is aside, by this run or by one that was killed; also after a cancellation.
  base::Result<void> release();

 private:
  base::Result<void> run(const char* script, platform::OnCancellation on_cancellation);

  platform::ProcessRunner& processes_;
  const AptTool& tool_;
};

}  // namespace ci::apt
