#pragma once
// The names of objects in a bucket that are cache entries.
//
// A key begins with a prefix exactly when its object's name begins with the prefix's name, so that the service does the
// search. Names are of letters, digits and "-._!/" only: A-Z a-z 0-9 - . _ stand for themselves, every other byte is
// "!" and two hexadecimal digits; there is a "/" after each 200 characters, since services over a file system accept no
// longer part; ".entry" at the end keeps one entry's name from being the folder of another's. A service takes names of
// 1,024 bytes at most: a longer one is cut, goes on with "!h" and the SHA-256 of the key, and the rest of the key is
// metadata of the object (s3_key_rest).
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ci::store {

// Returns the name of the object for `key`, a valid key (store/key.hpp), in a store's folder ("" or ending in "/").
std::string s3_object_name(std::string_view folder, std::string_view key);

// Returns what the names of all objects begin with whose keys begin with `prefix`. When the prefix is very long other
// objects' names may begin so too.
std::string s3_name_prefix(std::string_view folder, std::string_view prefix);

// What an object's name says of its key.
struct S3NamedKey {
  std::string key;
  bool cut = false;  // `key` is only the beginning: the object's metadata has the rest
};

// Returns what `name` says, or nothing when it is not the name of an entry.
std::optional<S3NamedKey> s3_key_of(std::string_view folder, std::string_view name);

// Returns the part of `key` that its object's name lacks, in base64 (RFC 4648); "" when the name has it all.
std::string s3_key_rest(std::string_view key);

// Returns the key of an object whose name was cut, from the beginning that its name says and the rest of its metadata;
// nothing when they do not belong together.
std::optional<std::string> s3_whole_key(std::string_view folder, std::string_view name, std::string_view beginning,
                                        std::string_view rest);

}  // namespace ci::store
