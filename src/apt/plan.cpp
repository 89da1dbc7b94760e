#include "apt/plan.hpp"

#include <charconv>
#include <filesystem>

#include "base/text.hpp"

namespace ci::apt {
namespace {

// The path that a URL such as "file:/a/./b%7e" names; "" for any other scheme. apt reads such a file where it lies.
std::string local_file(std::string_view url) {
  constexpr std::string_view kScheme = "file:";
  if (!url.starts_with(kScheme)) return "";
  url.remove_prefix(kScheme.size());
  std::string path;
  for (std::size_t at = 0; at < url.size(); ++at) {
    unsigned letter = 0;
    if (url[at] == '%' && at + 2 < url.size() &&
        std::from_chars(url.data() + at + 1, url.data() + at + 3, letter, 16).ptr == url.data() + at + 3) {
      path += static_cast<char>(letter);
      at += 2;
    } else {
      path += url[at];
    }
  }
  return std::filesystem::path(path).lexically_normal().string();
}

// 'URL' name_version_architecture.deb SIZE HASH
bool parse_uri_line(const std::string& line, PlannedPackage& package) {
  const auto end = line.find('\'', 1);
  if (line.empty() || line.front() != '\'' || end == std::string::npos) return false;
  package.url = line.substr(1, end - 1);
  const auto fields = base::words(std::string_view(line).substr(end + 1));
  if (fields.size() < 2 || !fields[0].ends_with(".deb")) return false;
  const auto parts = base::split(fields[0].substr(0, fields[0].size() - 4), '_');
  if (parts.size() != 3) return false;
  package.file = fields[0];
  package.name = parts[0];
  package.version = base::replace_all(base::replace_all(parts[1], "%3a", ":"), "%3A", ":");
  package.version = base::replace_all(package.version, "%7e", "~");
  package.version = base::replace_all(package.version, "%2b", "+");
  package.architecture = parts[2];
  package.bytes = base::parse_integer(fields[1]).value_or(0);
  if (fields.size() > 2) package.hash = fields[2];
  package.local_file = local_file(package.url);
  return true;
}

}  // namespace

std::int64_t Plan::bytes() const {
  std::int64_t total = 0;
  for (const auto& package : packages) total += package.local_file.empty() ? package.bytes : 0;
  return total;
}

Plan parse_plan(std::string_view listing) {
  Plan plan;
  bool in_removed = false;
  for (const auto& line : base::split(listing, '\n')) {
    PlannedPackage package;
    if (parse_uri_line(line, package)) {
      plan.packages.push_back(std::move(package));
    } else if (!line.starts_with("  ")) {
      in_removed = line.starts_with("The following packages will be REMOVED");
    } else if (in_removed) {
      for (auto& name : base::words(line)) plan.removed.push_back(std::move(name));
    }
  }
  return plan;
}

double parse_apt_size(std::string_view text) {
  const auto fields = base::split(base::replace_all(base::trim(text), ",", ""), ' ');
  if (fields.size() != 2) return 0;
  const double number = base::parse_number(fields[0]).value_or(0);
  if (fields[1] == "B") return number;
  if (fields[1] == "kB") return number * 1e3;
  if (fields[1] == "MB") return number * 1e6;
  if (fields[1] == "GB") return number * 1e9;
  return 0;
}

double parse_need_to_get(std::string_view line) {
  constexpr std::string_view kBefore = "Need to get ";
  constexpr std::string_view kAfter = " of archives.";
  if (!line.starts_with(kBefore) || !line.ends_with(kAfter)) return -1;
  line.remove_prefix(kBefore.size());
  line.remove_suffix(kAfter.size());
  return parse_apt_size(line.substr(0, line.find('/')));
}

}  // namespace ci::apt
