#include "s3/xml_tree.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <memory>
#include <type_traits>

namespace ci::s3 {
namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kMostElements = 100'000;

// What expat's callbacks build: the open elements from the root down, each closed one moved into its parent.
struct Builder {
  XML_Parser parser = nullptr;
  XmlElement root;
  std::vector<XmlElement> open;
  std::size_t elements = 0;
  const char* refusal = nullptr;

  void refuse(const char* why) {
    refusal = why;
    ::XML_StopParser(parser, XML_FALSE);
  }

  static void start(void* self, const char* name, const char** /*attributes*/) {
    auto& builder = *static_cast<Builder*>(self);
    if (builder.refusal != nullptr) return;
    if (builder.open.size() >= kDeepest) return builder.refuse("it is nested too deeply");
    if (++builder.elements > kMostElements) return builder.refuse("it has too many elements");
    const std::string_view full = name;
    const auto colon = full.rfind(':');
    builder.open.push_back({std::string(colon == std::string_view::npos ? full : full.substr(colon + 1)), {}, {}});
  }

  static void end(void* self, const char* /*name*/) {
    auto& builder = *static_cast<Builder*>(self);
    if (builder.refusal != nullptr) return;
    XmlElement closed = std::move(builder.open.back());
    builder.open.pop_back();
    if (builder.open.empty()) {
      builder.root = std::move(closed);
    } else {
      builder.open.back().children.push_back(std::move(closed));
    }
  }

  static void text(void* self, const char* text, int size) {
    auto& builder = *static_cast<Builder*>(self);
    if (builder.refusal == nullptr && !builder.open.empty()) {
      builder.open.back().text.append(text, static_cast<std::size_t>(size));
    }
  }

  static void doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<Builder*>(self)->refuse("it has a document type");
  }
};

}  // namespace

std::string XmlElement::text_of(std::string_view child) const {
  for (const XmlElement& element : children) {
    if (element.name == child) return element.text;
  }
  return "";
}

base::Result<XmlElement> parse_xml(std::string_view xml, std::size_t limit) {
  const auto refused = [](std::string_view why) {
    return base::fail(base::ErrorKind::data, fmt::format("no XML that can be read: {}", why));
  };
  if (xml.size() > limit) return refused(fmt::format("it is longer than {} bytes", limit));
  const auto free = [](XML_Parser parser) { ::XML_ParserFree(parser); };
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(free)> parser(::XML_ParserCreate(nullptr), free);
  if (!parser) return refused("no memory");
  Builder builder;
  builder.parser = parser.get();
  ::XML_SetUserData(parser.get(), &builder);
  ::XML_SetElementHandler(parser.get(), &Builder::start, &Builder::end);
  ::XML_SetCharacterDataHandler(parser.get(), &Builder::text);
  ::XML_SetStartDoctypeDeclHandler(parser.get(), &Builder::doctype);
  if (::XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) == XML_STATUS_OK) {
    return std::move(builder.root);
  }
  if (builder.refusal != nullptr) return refused(builder.refusal);
  return refused(fmt::format("{} in line {}", ::XML_ErrorString(::XML_GetErrorCode(parser.get())),
                             ::XML_GetCurrentLineNumber(parser.get())));
}

}  // namespace ci::s3
