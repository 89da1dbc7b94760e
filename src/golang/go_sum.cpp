#include "golang/go_sum.hpp"

#include <fmt/format.h>

#include <map>
#include <sstream>

#include "base/text.hpp"

namespace ci::golang {
namespace {

struct Versions {
  std::vector<std::string> contents;
  std::vector<std::string> only_go_mod;
};

void add(std::vector<std::string>& versions, std::string version) {
  if (versions.empty() || versions.back() != version) versions.push_back(std::move(version));
}

}  // namespace

base::Result<std::vector<key::Fact>> read_go_sum(std::string_view text, const std::string& name) {
  constexpr std::string_view kGoMod = "/go.mod";
  std::map<std::string, Versions> modules;
  int number = 0;
  for (const auto& line : base::split(text, '\n')) {
    ++number;
    const auto malformed = [&](std::string_view why) {
      return base::fail(base::ErrorKind::data, fmt::format("{}:{}: malformed go.sum: {}", name, number, why),
                        "go mod tidy writes it anew");
    };
    if (base::valid_utf8(line) != line || line.find('\0') != std::string::npos) return malformed("no UTF-8 text");
    std::istringstream fields(line);
    std::string module, version, hash, more;
    fields >> module;
    if (module.empty()) continue;
    if (module.starts_with("<<<<<<<") || module == "=======" || module.starts_with(">>>>>>>")) {
      return malformed("a merge conflict is not resolved");
    }
    if (!(fields >> version >> hash) || fields >> more) return malformed("a line has three words");
    if (version == kGoMod) return malformed("a line names no version");
    auto& versions = modules[key::printable(module)];
    if (version.ends_with(kGoMod)) {
      add(versions.only_go_mod, key::printable(version.substr(0, version.size() - kGoMod.size())));
    } else {
      add(versions.contents, key::printable(version));
    }
  }
  std::vector<key::Fact> facts;
  facts.reserve(modules.size());
  for (const auto& [module, versions] : modules) {
    facts.push_back({module, base::join(versions.contents.empty() ? versions.only_go_mod : versions.contents, ", ")});
  }
  return facts;
}

}  // namespace ci::golang
