#include "archive/data_frame.hpp"

#include <algorithm>

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kIndexTail = 8;  // entry count and index size

}  // namespace

void encode_entry(const Member& member, std::uint64_t offset, std::uint32_t length, std::string& index) {
  encode(member, index);
  put(index, offset, 8);
  put(index, length, 4);
}

void append_index(std::string_view index, std::size_t count, std::string& raw) {
  raw.append(index);
  put(raw, count, 4);
  put(raw, index.size(), 4);
}

base::Result<std::vector<DataEntry>> decode_entries(std::string_view raw) {
  const auto damaged = [] { return fail(ErrorKind::data, "the archive is damaged: a frame's index does not fit"); };
  if (raw.size() < kIndexTail) return damaged();
  ByteReader tail(raw.substr(raw.size() - kIndexTail));
  const auto count = tail.number(4);
  const auto index_size = tail.number(4);
  const std::string_view body = raw.substr(0, raw.size() - kIndexTail);
  if (index_size > body.size()) return damaged();
  ByteReader index(body.substr(body.size() - index_size));
  ByteReader contents(body.substr(0, body.size() - index_size));
  std::vector<DataEntry> entries;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string_view before = index.rest();
    auto member = decode_member(index);
    if (!member) return fail(member.error());
    DataEntry entry{.member = std::move(*member)};
    entry.record = before.substr(0, before.size() - index.rest().size());
    entry.offset = index.number(8);
    entry.contents = contents.take(index.number(4));
    if (index.failed() || contents.failed()) return damaged();
    if (entry.offset > entry.member.size || entry.contents.size() > entry.member.size - entry.offset) return damaged();
    entries.push_back(std::move(entry));
  }
  if (!index.rest().empty() || !contents.rest().empty()) return damaged();
  return entries;
}

void encode_manifest_entry(std::string_view record, const base::Sha256Digest& digest, std::string& out) {
  out.append(record);
  out.append(digest.begin(), digest.end());
}

base::Result<Member> decode_manifest_entry(ByteReader& reader, std::string_view& record) {
  const std::string_view before = reader.rest();
  auto member = decode_member(reader);
  if (!member) return member;
  record = before.substr(0, before.size() - reader.rest().size());
  const std::string_view digest = reader.take(base::kSha256Size);
  if (reader.failed()) return fail(ErrorKind::data, "the archive is damaged: its manifest is cut");
  std::copy(digest.begin(), digest.end(), member->digest.begin());
  return member;
}

std::string encode(const Head& head) {
  std::string raw;
  put(raw, head.roots.size(), 2);
  for (const std::string& root : head.roots) put_text(raw, root, 2);
  put_text(raw, head.text, 4);
  return raw;
}

base::Result<Head> decode_head(std::string_view raw) {
  ByteReader reader(raw);
  Head head;
  const auto count = reader.number(2);
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) head.roots.emplace_back(reader.text(2));
  head.text = reader.text(4);
  if (reader.failed() || !reader.rest().empty()) return fail(ErrorKind::data, "the archive is damaged: its head frame");
  return head;
}

}  // namespace ci::archive
