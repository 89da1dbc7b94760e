#pragma once
// Many requests at once through libcurl.
#include <map>
#include <string>

#include "platform/curl_request.hpp"

namespace ci::platform {

class CurlTransfers final : public HttpTransfers {
 public:
  CurlTransfers(const Clock& clock, std::string user_agent, base::Result<CertificateAuthorities> authorities);
  CurlTransfers(const CurlTransfers&) = delete;
  CurlTransfers& operator=(const CurlTransfers&) = delete;
  ~CurlTransfers() override;

  void start(int id, const HttpRequest& request, std::string_view body, Receive receive) override;
  void resume(int id) override;
  void stop(int id) override;
  std::vector<EndedTransfer> wait(int descriptor, short events, base::Duration limit) override;

 private:
  struct Running;

  // Begins what `running` describes, or its redirect. Its failure becomes its end.
  void begin(Running& running);
  void collect();
  void end(int id, base::Result<HttpResponse> answer);

  const Clock& clock_;
  std::string user_agent_;
  base::Result<CertificateAuthorities> authorities_;
  CurlMulti multi_;
  std::map<int, std::unique_ptr<Running>> running_;
  std::vector<EndedTransfer> ended_;
};

}  // namespace ci::platform
