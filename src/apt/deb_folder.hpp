#pragma once
// Where the .debs of one run are.
#include <filesystem>

#include "base/result.hpp"
#include "platform/run_folder.hpp"

namespace ci::apt {

// Where their folders are: on disk, since memory may be all that /tmp has.
inline constexpr char kDebFolders[] = "/var/tmp";
// Where they are while archives are downloaded, unless apt is told otherwise: from there a rename puts one into apt's
// cache.
inline constexpr char kDownloadFolders[] = "/var/cache/apt/archives";

// Makes a fresh folder below `parent`. Everyone may read it, since apt reads archives as a user of its own; only this
// user may write to it. Error: permission, io.
base::Result<platform::RunFolder> make_deb_folder(const std::filesystem::path& parent);

}  // namespace ci::apt
