#pragma once
// How edits name this action; who applies them puts the organisation's name and a commit hash there.
#include <string_view>

namespace ci::doctor {

inline constexpr std::string_view kOurAction = "org/ci-optimizer@v1";

}  // namespace ci::doctor
