#include "platform/http.hpp"

namespace ci::platform {

std::string HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found != headers.end() ? found->second : "";
}

}  // namespace ci::platform
