#pragma once
// The machine that a job runs on, as far as keys depend on it.
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/environment.hpp"

namespace ci::key {

struct Runner {
  std::string os;             // "ubuntu 22.04": ID and VERSION_ID of os-release(5)
  std::string image;          // ImageOS: "ubuntu22"; "" where no runner image says so
  std::string image_version;  // ImageVersion: "20240901.1.0"; ""
  std::string architecture;   // in GitHub's words: "x64", "arm64"; uname's where GitHub has none
};

// Reads it from the environment and the system below `root`.
Runner read_runner(const platform::Environment& environment, const std::filesystem::path& root = "/");

// Returns "ID VERSION_ID" of an os-release(5) text; "linux" where it has no ID.
std::string release_of(std::string_view os_release);

}  // namespace ci::key
