// What Go's files say: go.mod, go.work, go.sum and the embed lines of a source are a stranger's text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "golang/embed.hpp"
#include "golang/go_sum.hpp"
#include "golang/module_file.hpp"
#include "golang/toolchain.hpp"

namespace {

using namespace ci;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_sums(std::string_view input) {
  const auto modules = golang::read_go_sum(input, "go.sum");
  if (!modules) return;
  for (std::size_t i = 0; i < modules->size(); ++i) {
    const auto& [name, versions] = (*modules)[i];
    require(!name.empty() && !versions.empty());
    require(base::valid_utf8(name) == name && base::valid_utf8(versions) == versions);
    require(i == 0 || (*modules)[i - 1].name < name);
  }
}

void check_module(std::string_view input) {
  const auto file = golang::read_module_file(input, "go.mod");
  if (!file) {
    require(file.error().message.starts_with("go.mod:"));
    return;
  }
  // An order has no circles.
  require(!golang::is_newer(file->go, file->go));
  require(!(golang::is_newer(file->go, file->toolchain) && golang::is_newer(file->toolchain, file->go)));
  (void)golang::selected_toolchain("go1.22.1", file->module, file->toolchain, file->go);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_sums(input);
  check_module(input);
  for (const auto& pattern : golang::embed_patterns(input)) {
    for (const auto& file : golang::embedded_files("/nonexistent", pattern)) require(file.empty());
  }
  return 0;
}
