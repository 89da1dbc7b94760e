// The `github:` store against a server with GitHub's semantics (tests/cache-service).
#include "store/github_store.hpp"

#include "conformance.hpp"
#include "github_place.hpp"

namespace ci::test {
namespace {

std::unique_ptr<StorePlace> place_v1() {
  return make_github_place(store::GithubProtocol::v1);
}
std::unique_ptr<StorePlace> place_v2() {
  return make_github_place(store::GithubProtocol::v2);
}

INSTANTIATE_TEST_SUITE_P(GithubV2, StoreConformance, testing::Values(&place_v2),
                         [](const auto&) { return std::string("Service"); });
INSTANTIATE_TEST_SUITE_P(GithubV1, StoreConformance, testing::Values(&place_v1),
                         [](const auto&) { return std::string("Service"); });

}  // namespace
}  // namespace ci::test
