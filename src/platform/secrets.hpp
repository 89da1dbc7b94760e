#pragma once
// Texts that must never be shown.
#include <string>
#include <string_view>
#include <vector>

namespace ci::platform {

class Secrets {
 public:
  static constexpr std::size_t kShortest = 4;  // shorter ones would blacken ordinary text

  // Remembers `secret` and each line of it.
  void add(std::string_view secret);

  // Returns `text` with "***" in place of every secret.
  [[nodiscard]] std::string masked(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;  // the longest first: one may contain another
};

}  // namespace ci::platform
