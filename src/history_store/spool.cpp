#include "history_store/spool.hpp"

#include "base/digest.hpp"
#include "platform/filesystem.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameLength = 16;

}  // namespace

Spool::Spool(const fs::path& folder, const std::string& store)
    : folder_(folder / base::hex(base::sha256(store)).substr(0, kNameLength)) {}

base::Result<void> Spool::add(const base::Json& document) const {
  const auto row = row_of(document);
  if (!row) return base::fail(row.error());
  return platform::write_file(folder_ / (row->id + ".json"), document.compact());
}

void Spool::drop(const std::string& id) const {
  std::error_code none;
  if (fs::path(id).filename() == id) fs::remove(folder_ / (id + ".json"), none);
}

std::size_t Spool::empty_into(HistoryStore& store, const TimeLimit& limit) const {
  std::size_t count = 0;
  std::error_code error;
  for (fs::directory_iterator file(folder_, error), end; !error && file != end; file.increment(error)) {
    if (file->path().extension() != ".json") continue;
    if (limit.is_over()) break;
    const auto text = platform::read_file(file->path(), kLongestRecord);
    if (!text) continue;  // another run was faster
    const auto document = base::parse_json(*text);
    const auto put = document ? store.put(*document) : base::Result<void>(base::fail(document.error()));
    if (!put && put.error().kind != base::ErrorKind::data) break;
    std::error_code gone;
    fs::remove(file->path(), gone);
    if (put) ++count;
  }
  return count;
}

}  // namespace ci::history_store
