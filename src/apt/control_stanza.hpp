#pragma once
// The control data of a package (deb-control(5)).
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::apt {

class ControlStanza {
 public:
  // Reads one paragraph. Error: data when it is not exactly one.
  static base::Result<ControlStanza> parse(std::string_view text);

  // The value of the field `name` in any spelling, continuation lines joined; "" when there is none.
  [[nodiscard]] std::string field(std::string_view name) const;
  [[nodiscard]] const std::string& text() const { return text_; }  // its lines, each with its end

 private:
  struct Field {
    std::string name;  // in lower case
    std::string value;
  };
  std::string text_;
  std::vector<Field> fields_;
};

}  // namespace ci::apt
