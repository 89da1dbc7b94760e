#include "platform/secrets.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ci::platform {

void Secrets::add(std::string_view secret) {
  std::vector<std::string> parts = base::split(secret, '\n');
  parts.emplace_back(secret);
  for (const auto& part : parts) {
    const std::string text(base::trim(part));
    if (text.size() < kShortest || std::find(secrets_.begin(), secrets_.end(), text) != secrets_.end()) continue;
    secrets_.push_back(text);
  }
  std::stable_sort(secrets_.begin(), secrets_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Secrets::masked(std::string_view text) const {
  std::string shown(text);
  for (const auto& secret : secrets_) shown = base::replace_all(shown, secret, "***");
  return shown;
}

}  // namespace ci::platform
