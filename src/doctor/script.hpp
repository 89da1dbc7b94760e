#pragma once
// The script of a step, and where in the file each part of it stands.
#include <optional>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"
#include "doctor/layout.hpp"
#include "doctor/source.hpp"

namespace ci::doctor {

class Script {
 public:
  // The text of the scalar `value` in `source`; both stay the caller's.
  Script(const Source& source, const base::YamlNode& value);

  [[nodiscard]] std::string_view text() const { return value_.text; }

  // Where the text at `offset` stands. Of a folded or quoted scalar only the scalar's own beginning is known.
  [[nodiscard]] base::Position place(std::size_t offset) const;

  // Puts `text` in place of the `size` bytes at `offset`, inside of one line. Nothing where the file does not show the
  // script's text as it is (folded, quoted, with anchors), or where new text could change how YAML reads it.
  [[nodiscard]] std::optional<LineChange> replaced(std::size_t offset, std::size_t size, std::string_view text) const;

 private:
  enum class Form { literal, plain, other };

  [[nodiscard]] std::optional<base::Position> exact_place(std::size_t offset) const;

  const Source& source_;
  const base::YamlNode& value_;
  std::vector<std::size_t> starts_ = {0};  // offset of each line
  Form form_ = Form::other;
};

}  // namespace ci::doctor
