#include "export/sample.hpp"

#include <fmt/format.h>

namespace ci::exporter {
namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char byte : value) {
    if (byte == '\n') {
      text += "\\n";
    } else {
      if (byte == '\\' || byte == '"') text += '\\';
      text += byte;
    }
  }
  return text;
}

}  // namespace

std::string sample_line(const Sample& sample) {
  std::string line(sample.kind->name);
  char opening = '{';
  for (const auto& [name, value] : sample.labels) {
    line += fmt::format("{}{}=\"{}\"", opening, name, escaped(value));
    opening = ',';
  }
  if (opening == ',') line += '}';
  return line + fmt::format(" {}", sample.value);
}

}  // namespace ci::exporter
