#pragma once
// HTTP through libcurl.
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/environment.hpp"
#include "platform/http.hpp"
#include "platform/http_transfers.hpp"

namespace ci::platform {

// Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY as libcurl reads them. There may be one object at a time; make
// it before any thread. It may be used from several threads.
class CurlHttp final : public Http {
 public:
  CurlHttp(const Environment& environment, Clock& clock, const Cancellation& cancellation, std::string user_agent);
  CurlHttp(const CurlHttp&) = delete;
  CurlHttp& operator=(const CurlHttp&) = delete;
  ~CurlHttp() override;

  // The versions of libcurl and of the libraries that it uses, in one line.
  static std::string library_versions();

  base::Result<HttpResponse> send(const HttpRequest& request) override;
  std::unique_ptr<HttpTransfers> transfers() override;

 private:
  const Environment& environment_;
  Clock& clock_;
  const Cancellation& cancellation_;
  std::string user_agent_;
};

}  // namespace ci::platform
