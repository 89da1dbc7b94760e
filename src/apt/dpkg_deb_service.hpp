#pragma once
// Puts UnpackAhead between dpkg and dpkg-deb: a folder for dpkg's PATH in which `dpkg-deb` is this program. Asked for
// an archive's contents (`dpkg-deb --fsys-tarfile FILE`), it hands dpkg's pipe to the process that has read ahead;
// everything else, and whatever was not read ahead, the real dpkg-deb does.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apt/unpack_ahead.hpp"
#include "base/result.hpp"
#include "platform/environment.hpp"
#include "platform/filesystem.hpp"
#include "platform/local_service.hpp"

namespace ci::apt {

// The name of its stand-in (stand_in.hpp).
inline constexpr char kDpkgDeb[] = "dpkg-deb";

class DpkgDebService {
 public:
  // Starts to read `archives` ahead and to answer; `program` is this program; `copies` as for UnpackAhead. Error: io,
  // permission.
  static base::Result<std::unique_ptr<DpkgDebService>> start(const std::filesystem::path& program,
                                                             const std::vector<std::filesystem::path>& archives,
                                                             UnpackAhead::Limits limits, DebCopies* copies);
  DpkgDebService(const DpkgDebService&) = delete;
  DpkgDebService& operator=(const DpkgDebService&) = delete;
  ~DpkgDebService();

  // To be the first of dpkg's PATH, and the value of kStandInVariable.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  // Archives served so far.
  [[nodiscard]] int served() const { return served_; }

 private:
  DpkgDebService(platform::TemporaryFolder folder, const std::vector<std::filesystem::path>& archives,
                 UnpackAhead::Limits limits, DebCopies* copies);
  void serve(platform::LocalQuestion question);

  platform::TemporaryFolder folder_;
  UnpackAhead ahead_;
  std::atomic<int> served_ = 0;
  std::unique_ptr<platform::LocalService> service_;  // last: its thread uses the others
};

// What this program does when dpkg started it as dpkg-deb. Returns dpkg-deb's exit code, or never, when the real one
// takes over.
int stand_in_for_dpkg_deb(const std::vector<std::string>& arguments, const platform::Environment& environment);

}  // namespace ci::apt
