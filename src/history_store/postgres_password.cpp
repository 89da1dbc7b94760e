#include "history_store/postgres_password.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "history_store/postgres_location.hpp"

namespace ci::history_store {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    plain += is_code ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_code) i += 2;
  }
  return plain;
}

void note(PartedUrl& parted, std::string_view password) {
  if (password.empty()) return;
  parted.passwords.emplace_back(password);
  if (auto plain = decoded(password); plain != password) parted.passwords.push_back(std::move(plain));
}

// "a=1&password=x&b=2" -> "a=1&b=2"
std::string without_passwords(std::string_view query, PartedUrl& parted) {
  std::vector<std::string> kept;
  for (auto& parameter : base::split(query, '&')) {
    const auto equals = std::min(parameter.find('='), parameter.size());
    const auto name = decoded(std::string_view(parameter).substr(0, equals));
    if (name != "password" && name != "sslpassword") {
      kept.push_back(std::move(parameter));
    } else if (equals < parameter.size()) {
      note(parted, std::string_view(parameter).substr(equals + 1));
    }
  }
  return base::join(kept, "&");
}

}  // namespace

PartedUrl part_password(const std::string& text) {
  PartedUrl parted{text, {}};
  if (!is_postgres_url(text)) return parted;
  const auto begin = text.find("://") + 3;
  auto rest = text.substr(begin);
  parted.url = text.substr(0, begin);
  // libpq looks for the user's end before anything else, even behind a "?".
  if (const auto at = rest.find_first_of("@/"); at != std::string::npos && rest[at] == '@') {
    const auto user = rest.substr(0, at);
    const auto colon = std::min(user.find(':'), user.size());
    if (colon < user.size()) note(parted, std::string_view(user).substr(colon + 1));
    parted.url += user.substr(0, colon) + "@";
    rest = rest.substr(at + 1);
  }
  const auto mark = rest.find('?');
  parted.url += rest.substr(0, mark);
  if (mark == std::string::npos) return parted;
  const auto query = without_passwords(std::string_view(rest).substr(mark + 1), parted);
  if (!query.empty()) parted.url += "?" + query;
  return parted;
}

}  // namespace ci::history_store
