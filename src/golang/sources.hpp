#pragma once
// The files that a build of Go modules reads from their folders.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "key/parts.hpp"
#include "platform/platform.hpp"

namespace ci::golang {

struct SourceFolder {
  std::string name;  // how its files are called: "" or a path that ends in "/"
  std::filesystem::path path;
};

// What a C compiler may read: with cgo.
enum class CSources { leave_out, take };

// The most files of one key; more is no module.
inline constexpr std::size_t kMostSources = 1'000'000;

// Returns each file's name and SHA-256 in hexadecimal: .go, .s and .syso files, vendor/modules.txt, the C sources if
// wanted, and what is embedded. Folders that begin with ".", and those that are modules of their own, are no part. A
// link to a file counts as what it holds, one that leads nowhere as that, one to a folder not at all (as with the go
// command). Error: data for more than kMostSources; io or permission for what cannot be read; cancelled.
base::Result<std::vector<key::Fact>> source_files(const std::vector<SourceFolder>& folders, CSources c_sources,
                                                  const platform::Platform& platform);

}  // namespace ci::golang
