#pragma once
// What a restore that was killed has left in a tree.
#include <string>

namespace ci::cache {

// Removes what lies at or below the folder `root` under a temporary name (archive/temporary_name.hpp): the next restore
// would be an exact hit beside it, and the next save would keep it. What cannot be removed stays. Nobody else may
// restore there meanwhile.
void remove_leftovers(const std::string& root);

}  // namespace ci::cache
