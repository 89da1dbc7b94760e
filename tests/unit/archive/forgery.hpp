#pragma once
// Archives that nobody's writer made.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "archive/data_frame.hpp"
#include "archive/frame_stream.hpp"
#include "fakes/memory_sink.hpp"

namespace ci::archive {

struct Forged {
  Member member;
  std::uint64_t offset = 0;
  std::string contents{};
  std::optional<Member> claimed{};  // what the manifest says of it, when that is something else
};

inline Forged file(const std::string& path, const std::string& contents) {
  Member member{.mode = 0644};
  member.path = path;
  member.size = contents.size();
  return {member, 0, contents};
}

inline Forged link(MemberType type, const std::string& path, const std::string& target) {
  Member member{.type = type};
  member.path = path;
  member.target = target;
  return {member};
}

inline Forged bare(MemberType type, const std::string& path) {
  Member member{.type = type};
  member.path = path;
  return {member};
}

// An archive with these frames of members, all digests right, and a manifest that agrees.
class Forgery {
 public:
  explicit Forgery(const std::vector<std::string>& roots = {"root"}, const std::string& text = {}) {
    EXPECT_TRUE(sender_.start());
    frame(FrameKind::head, encode(Head{.roots = roots, .text = text}));
  }

  Forgery& frame(FrameKind kind, const std::vector<Forged>& members) {
    std::string raw;
    std::string index;
    for (const Forged& forged : members) {
      raw += forged.contents;
      encode_entry(forged.member, forged.offset, static_cast<std::uint32_t>(forged.contents.size()), index);
      if (forged.offset > 0) continue;
      std::string record;
      encode(forged.claimed.value_or(forged.member), record);
      encode_manifest_entry(record, {}, manifest_);
    }
    append_index(index, members.size(), raw);
    return frame(kind, raw);
  }

  Forgery& frame(FrameKind kind, const std::string& raw) {
    EXPECT_TRUE(sender_.send(*sealer_.seal(kind, sender_.next_index(), raw)));
    return *this;
  }

  std::string finish() {
    frame(FrameKind::manifest, manifest_);
    EXPECT_TRUE(sender_.finish());
    return sink_.contents;
  }

 private:
  test::MemorySink sink_;
  FrameSender sender_{sink_};
  FrameSealer sealer_{fixed_level(1)};
  std::string manifest_;
};

}  // namespace ci::archive
