#include "key/nearest.hpp"

#include "archive/byte_stream.hpp"
#include "archive/reader.hpp"
#include "key/delta_key.hpp"

namespace ci::key {
namespace {

base::Result<Parts> read_parts(store::Store& store, const store::Entry& entry) {
  const auto download = store.open(entry);
  if (!download) return base::fail(download.error());
  archive::DescriptorSource source((*download)->descriptor());
  const auto head = archive::ArchiveReader(source).read_head();
  if (!head) return base::fail(head.error());
  return parts_of_label(head->text);
}

}  // namespace

base::Result<std::optional<NearestEntry>> find_nearest(store::Store& store, const Key& key) {
  auto prefixes = key.restore_keys;
  prefixes.insert(prefixes.begin(), start_of_delta_keys(key.text));
  prefixes.insert(prefixes.end(), key.relatives.begin(), key.relatives.end());
  const auto found = store.find(key.text, prefixes);
  if (!found) return base::fail(found.error());
  if (!*found) return std::nullopt;
  NearestEntry nearest{**found, std::nullopt, ""};
  auto parts = read_parts(store, nearest.entry);
  if (parts) {
    nearest.parts = std::move(*parts);
  } else {
    nearest.why_not = parts.error().message;
  }
  return nearest;
}

}  // namespace ci::key
