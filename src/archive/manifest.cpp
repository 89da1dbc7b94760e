#include "archive/manifest.hpp"

namespace ci::archive {

base::Result<void> ManifestReader::read(std::string_view raw, const std::function<void(Member)>& take) {
  ByteReader reader(raw);
  while (!reader.rest().empty()) {
    std::string_view record;
    auto member = decode_manifest_entry(reader, record);
    if (!member) return base::fail(member.error());
    if (member->root >= roots_) return base::fail(base::ErrorKind::data, "the archive is damaged: no such root");
    if (auto good = order_.next(*member); !good) return good;
    seen_.add(record);
    take(std::move(*member));
  }
  return {};
}

}  // namespace ci::archive
