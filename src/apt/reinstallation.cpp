#include "apt/reinstallation.hpp"

#include "apt/apt_run.hpp"

namespace ci::apt {

std::string reinstall(const Session& session, const std::vector<std::string>& packages) {
  if (packages.empty()) return "no package is known to have them";
  std::vector<std::string> install = {"--reinstall", "--fix-broken", "install", "--"};
  install.insert(install.end(), packages.begin(), packages.end());
  for (const auto& arguments : {std::vector<std::string>{"update"}, install}) {
    const auto run =
        AptRun(session.platform, session.settings, session.timer)
            .run(session.tool.changing(arguments, nullptr), arguments.front() == "update" ? "update" : "mend", 0);
    if (session.problems.fail_for_good(run)) return "the run was ended";
    if (run.how == RunResult::How::failed) return run.failure.detail;
  }
  return "";
}

}  // namespace ci::apt
