#pragma once
// A branch of a remote git repository, through a temporary bare repository: the user's own one is never written to.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/platform.hpp"

namespace ci::history_store {

// Errors: environment without git or without a remote; timeout when `end` was passed; unavailable when the remote does
// not answer or has no room; permission when it refuses; io. No message names a password that the remote's URL holds.
class GitRepository {
 public:
  // Makes the bare repository, in `folder`, which outlives this object and has nothing else of a name that begins with
  // "git-". The remote `origin` and what it takes to get at it (http.*, url.*, credential.*, core.sshCommand) are those
  // of the checkout around the folder `checkout`; on GitHub, where that has no credentials, the token in GITHUB_TOKEN
  // or the action's input is used. `end`: when all of it has to be over.
  static base::Result<GitRepository> open(const std::filesystem::path& folder, const std::filesystem::path& checkout,
                                          const std::string& branch, const platform::Platform& platform,
                                          platform::Monotonic end);

  // From here on commands have to be over at `end`.
  void set_end(platform::Monotonic end) { end_ = end; }

  // Returns the commit that the branch has at the remote; "" when there is no such branch.
  base::Result<std::string> remote_tip();
  enum class Contents { names, files };
  // Fetches the commit that the branch has now, without its ancestors, and returns it; with `names` only its list of
  // files, where the remote can do so.
  base::Result<std::string> fetch(Contents contents);
  // Puts a fetched commit's files in place of what `folder` has of an earlier one.
  base::Result<void> check_out(const std::string& commit, const std::filesystem::path& folder);

  // Returns the paths that `commit` has and that fit one of the patterns (git's, of a path). "": none.
  base::Result<std::vector<std::string>> paths(const std::string& commit, const std::vector<std::string>& patterns);

  struct NewFile {
    std::filesystem::path file;  // whose contents it gets
    std::string path;
  };
  // Returns a commit over `parent` ("" = the first of the branch) with the files in `added`, and without the paths in
  // `removed`; "" when that would change nothing.
  base::Result<std::string> commit_files(const std::string& parent, const std::vector<NewFile>& added,
                                         const std::vector<std::string>& removed, const std::string& message);
  // Returns a commit over `parent` that has the files of `folder` and no others; "" when `parent` has the same.
  base::Result<std::string> commit_folder(const std::string& parent, const std::filesystem::path& folder,
                                          const std::string& message);

  enum class Push { done, rejected };
  // Makes `commit` the branch's tip. `rejected`: another one was faster.
  base::Result<Push> push(const std::string& commit);

 private:
  GitRepository(std::filesystem::path folder, const platform::Platform& platform)
      : folder_(std::move(folder)), platform_(&platform) {}
  base::Result<platform::Outcome> run(std::vector<std::string> arguments,
                                      const std::map<std::string, std::string>& environment = {},
                                      const std::filesystem::path& directory = {});
  base::Result<std::string> answer(std::vector<std::string> arguments,
                                   const std::map<std::string, std::string>& environment = {});
  base::Result<std::string> write_commit(const std::string& parent, const std::string& index,
                                         const std::string& message);
  base::Result<void> copy_settings(const std::filesystem::path& checkout);
  void add_setting(const std::string& name, const std::string& value);
  [[nodiscard]] base::Error failure(const std::string& what, const platform::Outcome& outcome) const;

  std::filesystem::path folder_;
  const platform::Platform* platform_;
  platform::Monotonic end_;
  std::string branch_;
  std::string remote_;                           // its URL, which may hold a password
  std::map<std::string, std::string> settings_;  // GIT_CONFIG_*: credentials among them, so on no command line
  int setting_count_ = 0;
};

}  // namespace ci::history_store
