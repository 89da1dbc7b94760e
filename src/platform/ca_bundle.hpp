#pragma once
// Where this machine keeps the certificates of the authorities that it trusts.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::platform {

struct CertificateAuthorities {
  std::string file;    // a PEM bundle; "" = none
  std::string folder;  // a folder of hashed names; "" = none
};

// The places of the bundle: Debian, Ubuntu, Arch, Alpine; Fedora, RHEL; SUSE; Alpine and BSD.
std::vector<std::string> usual_ca_bundles();

// Returns SSL_CERT_FILE, else CURL_CA_BUNDLE, else the first of `places` that exists; and SSL_CERT_DIR. A path built
// into libcurl would be that of the machine that built this program. Error: unavailable, with a hint, when there is
// none or a variable names a file that cannot be read.
base::Result<CertificateAuthorities> find_certificate_authorities(
    const Environment& environment, const std::vector<std::string>& places = usual_ca_bundles());

}  // namespace ci::platform
