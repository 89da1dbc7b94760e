#include "history_store/document_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>

#include "base/text.hpp"
#include "history_store/index_update.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::Json;
using Take = std::function<base::Result<void>(const Json&)>;

constexpr std::uintmax_t kWholeFile = std::uintmax_t{32} << 20;  // up to this a file is read at once

base::Result<void> take_all(const Json& json, const Take& take) {
  if (!json.is_array()) return take(json);
  for (const auto& item : json.items()) {
    if (auto taken = take(item); !taken) return taken;
  }
  return {};
}

base::Result<void> take_lines(const fs::path& file, const Take& take) {
  std::ifstream lines(file);
  if (!lines) return base::fail(platform::system_error("cannot read", file, errno));
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    auto text = base::trim(line);
    if (text.ends_with(',')) text.remove_suffix(1);
    if (text.empty() || text == "[" || text == "]") continue;
    const auto wrong = [&](std::string_view why) {
      return base::fail(ErrorKind::data, fmt::format("{}:{}: {}", file.string(), number, why));
    };
    if (text.size() > kLongestRecord) return wrong("longer than any record");
    const auto json = base::parse_json(text);
    if (!json) return wrong(json.error().message);
    if (auto taken = take(*json); !taken) return taken;
  }
  return {};
}

}  // namespace

base::Result<void> for_each_document(const fs::path& file, const Take& take) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return base::fail(platform::system_error("cannot read", file, error.value()));
  if (size > kWholeFile) return take_lines(file, take);
  const auto text = platform::read_file(file);
  if (!text) return base::fail(text.error());
  const auto json = base::parse_json(*text);
  return json ? take_all(*json, take) : take_lines(file, take);
}

}  // namespace ci::history_store
