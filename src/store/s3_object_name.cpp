#include "store/s3_object_name.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/digest.hpp"

namespace ci::store {
namespace {

constexpr char kEscape = '!';
constexpr std::string_view kCutMark = "!h";  // no escape: its digits are upper case
constexpr std::string_view kEnd = ".entry";
constexpr std::size_t kPart = 200;  // characters between two slashes
constexpr std::size_t kDigest = 2 * base::kSha256Size;
// 200 for the folder (s3::kLongestFolder), 6 for the end and 4 slashes leave 814.
constexpr std::size_t kLongest = 800;
constexpr std::size_t kLongestCut = kLongest - kCutMark.size() - kDigest;

bool is_plain(char c) {
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return letter || c == '-' || c == '.' || c == '_';
}

struct Encoded {
  std::string text;
  std::size_t bytes = 0;  // how many of the key are in `text`
};

// As much of `key` as fits in `longest` characters.
Encoded encode(std::string_view key, std::size_t longest) {
  Encoded encoded;
  for (const char c : key) {
    const std::string next =
        is_plain(c) ? std::string(1, c) : fmt::format("{}{:02X}", kEscape, static_cast<unsigned char>(c));
    if (encoded.text.size() + next.size() > longest) break;
    encoded.text += next;
    ++encoded.bytes;
  }
  return encoded;
}

std::string in_parts(std::string_view text) {
  std::string parts(text.substr(0, kPart));
  for (std::size_t at = kPart; at < text.size(); at += kPart) parts += '/' + std::string(text.substr(at, kPart));
  return parts;
}

std::optional<std::string> decode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kEscape) {
      key += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = kDigits.find(text[i + 1]), low = kDigits.find(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    key += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return key;
}

}  // namespace

std::string s3_object_name(std::string_view folder, std::string_view key) {
  std::string text = encode(key, kLongest).text;
  if (encode(key, kLongest).bytes < key.size()) {
    text = encode(key, kLongestCut).text + std::string(kCutMark) + base::hex(base::sha256(key));
  }
  return std::string(folder) + in_parts(text) + std::string(kEnd);
}

std::string s3_name_prefix(std::string_view folder, std::string_view prefix) {
  return std::string(folder) + in_parts(encode(prefix, kLongestCut).text);
}

std::optional<S3NamedKey> s3_key_of(std::string_view folder, std::string_view name) {
  if (!name.starts_with(folder)) return std::nullopt;
  std::string_view own = name.substr(folder.size());
  if (!own.ends_with(kEnd)) return std::nullopt;
  own.remove_suffix(kEnd.size());
  std::string text(own);
  std::erase(text, '/');
  // Only what we would write ourselves is ours.
  if (text.empty() || in_parts(text) != own) return std::nullopt;
  if (const auto mark = text.find(kCutMark); mark != std::string::npos) {
    if (text.size() != mark + kCutMark.size() + kDigest) return std::nullopt;
    auto beginning = decode(std::string_view(text).substr(0, mark));
    if (!beginning) return std::nullopt;
    return S3NamedKey{std::move(*beginning), true};
  }
  auto key = decode(text);
  if (!key || s3_object_name(folder, *key) != name) return std::nullopt;
  return S3NamedKey{std::move(*key), false};
}

std::string s3_key_rest(std::string_view key) {
  if (encode(key, kLongest).bytes == key.size()) return "";
  return base::base64(key.substr(encode(key, kLongestCut).bytes));
}

std::optional<std::string> s3_whole_key(std::string_view folder, std::string_view name, std::string_view beginning,
                                        std::string_view rest) {
  const auto end = base::parse_base64(rest);
  if (!end) return std::nullopt;
  std::string key = std::string(beginning) + *end;
  if (s3_object_name(folder, key) != name) return std::nullopt;
  return key;
}

}  // namespace ci::store
