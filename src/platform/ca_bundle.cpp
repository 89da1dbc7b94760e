#include "platform/ca_bundle.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace ci::platform {

std::vector<std::string> usual_ca_bundles() {
  return {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
}

base::Result<CertificateAuthorities> find_certificate_authorities(const Environment& environment,
                                                                  const std::vector<std::string>& places) {
  CertificateAuthorities found;
  found.folder = environment.get("SSL_CERT_DIR");
  for (const char* variable : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
    found.file = environment.get(variable);
    if (found.file.empty()) continue;
    if (::access(found.file.c_str(), R_OK) == 0) return found;
    return base::fail(base::ErrorKind::unavailable, fmt::format("cannot read the CA certificates in {}", found.file),
                      fmt::format("the variable {} names this file: correct or unset it", variable));
  }
  for (const auto& place : places) {
    if (::access(place.c_str(), R_OK) != 0) continue;
    found.file = place;
    return found;
  }
  if (!found.folder.empty()) return found;
  return base::fail(base::ErrorKind::unavailable, "no CA certificates found on this machine",
                    "install the package ca-certificates, or set SSL_CERT_FILE to a PEM bundle");
}

}  // namespace ci::platform
