#pragma once
// Puts UnpackAhead between dpkg and dpkg-deb: a folder for dpkg's PATH in which `dpkg-deb` and `dpkg-split` are the
// relay (src/relay). Asked for an archive's contents (`dpkg-deb --fsys-tarfile FILE`), it hands dpkg's pipe to this
// process, which writes them to it, whether a worker has read them ahead or they have to be decompressed only then; the
// control files (`--control`) it gets from here too. Everything else, and an archive that this process was not started
// with, has served before or cannot read, the real programs do.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "apt/unpack_ahead.hpp"
#include "base/result.hpp"
#include "platform/local_service.hpp"
#include "platform/run_folder.hpp"

namespace ci::apt {

class DpkgDebService {
 public:
  // Starts to read `archives` ahead and to answer; `path` is where dpkg finds programs (as PATH); `copies` as for
  // UnpackAhead. Error: io, permission, also where no program may be started from a temporary folder; environment when
  // dpkg's programs are not there.
  static base::Result<std::unique_ptr<DpkgDebService>> start(std::string_view path,
                                                             const std::vector<std::filesystem::path>& archives,
                                                             UnpackAhead::Limits limits, DebCopies* copies);
  DpkgDebService(const DpkgDebService&) = delete;
  DpkgDebService& operator=(const DpkgDebService&) = delete;
  ~DpkgDebService();

  // To be the first of dpkg's PATH.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  // Archives served so far.
  [[nodiscard]] int served() const { return served_; }

 private:
  DpkgDebService(platform::RunFolder folder, const std::vector<std::filesystem::path>& archives,
                 UnpackAhead::Limits limits, DebCopies* copies);
  void serve(platform::LocalQuestion question);
  void give_contents(platform::LocalQuestion question, const std::filesystem::path& archive);

  platform::RunFolder folder_;
  UnpackAhead ahead_;
  std::atomic<int> served_ = 0;
  std::unique_ptr<platform::LocalService> service_;  // last: its thread uses the others
};

}  // namespace ci::apt
