#include "apt/package_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::apt {
namespace {

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alnum(char c) {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

template <class Allowed>
bool all(std::string_view text, Allowed allowed) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_name(std::string_view text) {
  return text.size() >= 2 && is_lower_alnum(text.front()) && text.back() != '-' &&
         all(text, [](char c) { return is_lower_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_version(std::string_view text) {
  return all(text, [](char c) { return is_alnum(c) || std::string_view(".+-~:").find(c) != std::string_view::npos; }) &&
         is_alnum(text.front());
}

bool is_suite(std::string_view text) {
  return all(text, [](char c) { return is_alnum(c) || std::string_view(".+-_").find(c) != std::string_view::npos; }) &&
         is_alnum(text.front());
}

}  // namespace

base::Result<PackageSpec> parse_package_spec(std::string_view text) {
  PackageSpec spec;
  spec.text = std::string(text);
  const bool has_path = text.starts_with("./") || text.starts_with("../") || text.starts_with("/");
  if (has_path && text.ends_with(".deb")) {
    spec.is_file = true;
    return spec;
  }
  const auto malformed = [&](std::string_view why) {
    return base::fail(base::ErrorKind::data, fmt::format("'{}' is not a package: {}", text, why),
                      "write name, name:architecture, name=version, name/suite or ./file.deb");
  };
  std::string_view rest = text;
  if (const auto equals = rest.find('='); equals != std::string_view::npos) {
    spec.version = std::string(rest.substr(equals + 1));
    if (!is_version(spec.version)) return malformed("what follows '=' is not a version");
    rest = rest.substr(0, equals);
  } else if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    spec.suite = std::string(rest.substr(slash + 1));
    if (!is_suite(spec.suite)) return malformed("what follows '/' is not a suite");
    rest = rest.substr(0, slash);
  }
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    spec.architecture = std::string(rest.substr(colon + 1));
    if (!all(spec.architecture, [](char c) { return is_lower_alnum(c) || c == '-'; }) ||
        spec.architecture.front() == '-') {
      return malformed("what follows ':' is not an architecture");
    }
    rest = rest.substr(0, colon);
  }
  if (!is_name(rest))
    return malformed("a name has lower-case letters, digits, '+', '-' and '.', and at least two of them");
  spec.name = std::string(rest);
  return spec;
}

base::Result<std::vector<PackageSpec>> parse_package_specs(const std::vector<std::string>& texts) {
  std::vector<PackageSpec> specs;
  std::vector<std::string> errors;
  std::string hint;
  for (const auto& text : texts) {
    auto spec = parse_package_spec(text);
    if (!spec) {
      errors.push_back(spec.error().message);
      hint = spec.error().hint;
    } else if (std::none_of(specs.begin(), specs.end(), [&](const auto& other) { return other.text == spec->text; })) {
      specs.push_back(std::move(*spec));
    }
  }
  if (!errors.empty()) return base::fail(base::ErrorKind::data, base::join(errors, "; "), hint);
  return specs;
}

}  // namespace ci::apt
