#pragma once
// What update-ca-certificates(8) does, without the programs that it starts for every certificate: they take two of the
// ten seconds of an installation of 226 packages. Debian's script has done the same for years; only versions of it
// whose very text is known are stood in for, and only where there is nothing but the package's own certificates to put
// up.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/process.hpp"

namespace ci::apt {

// Whether this is the text of a script that does what CaCertificateUpdate does.
bool is_known_update_of_certificates(std::string_view script);

// As the script's own options name them.
struct CaCertificateFiles {
  std::filesystem::path configuration = "/etc/ca-certificates.conf";
  std::filesystem::path certificates = "/usr/share/ca-certificates";
  std::filesystem::path local = "/usr/local/share/ca-certificates";
  std::filesystem::path trusted = "/etc/ssl/certs";
  std::filesystem::path hooks = "/etc/ca-certificates/update.d";  // empty: none are run
};

class CaCertificateUpdate {
 public:
  // Reads what is to be done and changes nothing. Nothing where that is out of the ordinary and so the script's own to
  // do: certificates of the machine's administrator, hooks, names with special characters, an unfinished update.
  static std::optional<CaCertificateUpdate> plan(const CaCertificateFiles& files);

  // Changes links and bundle, and has `openssl rehash` make the links named after hashes when any has changed. Writes
  // to standard output and error what the script would. Returns the script's exit code.
  [[nodiscard]] int carry_out(platform::ProcessRunner& processes) const;

 private:
  struct Certificate {
    std::filesystem::path file;
    std::filesystem::path link;
    std::string text;  // with a newline at its end; of those that are put up
  };

  [[nodiscard]] base::Result<int> remove_links() const;
  [[nodiscard]] base::Result<int> add_links() const;
  [[nodiscard]] base::Result<void> write_bundle() const;

  CaCertificateFiles files_;
  std::vector<std::filesystem::path> removed_;  // links
  std::vector<std::filesystem::path> absent_;   // listed, and no files
  std::vector<Certificate> put_up_;
};

}  // namespace ci::apt
