#include "store/s3_store.hpp"

#include "s3_place.hpp"

namespace ci::test {
namespace {

std::unique_ptr<StorePlace> make_s3_place() {
  if (!S3Server::possible()) return nullptr;
  return std::make_unique<S3Place>();
}

INSTANTIATE_TEST_SUITE_P(S3, StoreConformance, testing::Values(&make_s3_place),
                         [](const auto&) { return std::string("Service"); });

}  // namespace
}  // namespace ci::test
