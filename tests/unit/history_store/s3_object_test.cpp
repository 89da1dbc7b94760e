#include "history_store/s3_object.hpp"

#include <gtest/gtest.h>

#include "history_store/sample_document.hpp"

namespace ci::test {
namespace {

using base::Json;
using history_store::document_in_s3_object;
using history_store::row_in_s3_object;
using history_store::row_of;
using history_store::s3_object_text;

TEST(S3Object, BeginsWithAShortLineThatMakesTheRow) {
  auto document = Sample{.status = "failure", .matrix = Json::object().set("os", "ubuntu\n24")}.document();
  document.set("problems", Json::array()
                               .push(Json::object().set("level", "failure").set("step", "build").set("text", "\n"))
                               .push(Json::object().set("level", "warning").set("step", "lint")));
  auto packages = Json::array();
  for (int i = 0; i < 1000; ++i) packages.push(Json::object().set("name", fmt::format("package-{}", i)));
  document.set("apt", Json::object().set("tier", "delta").set("packages", std::move(packages)));
  const auto row = row_of(document).value();
  const auto text = s3_object_text(document, row);
  EXPECT_LT(text.find('\n'), 2000U);
  EXPECT_EQ(row_in_s3_object(text.substr(0, 2000)), row);
  EXPECT_EQ(document_in_s3_object(text).value(), document);
}

TEST(S3Object, BeginsWithTheDocumentWhereNothingShorterMakesTheRow) {
  auto document = Sample{}.document();
  document.set("branch", std::string(5000, 'b'));  // of which the row keeps the beginning
  const auto row = row_of(document).value();
  EXPECT_EQ(row_in_s3_object(s3_object_text(document, row)), row);
}

TEST(S3Object, IsNoRecordWhenItIsCutShortOrSomethingElse) {
  const auto document = Sample{}.document();
  const auto text = s3_object_text(document, *row_of(document));
  EXPECT_FALSE(row_in_s3_object(text.substr(0, 100)));
  EXPECT_FALSE(row_in_s3_object(""));
  EXPECT_FALSE(row_in_s3_object("{}\n{}\n"));
  EXPECT_FALSE(row_in_s3_object("nonsense\n"));
  EXPECT_FALSE(document_in_s3_object("nonsense"));
  EXPECT_FALSE(document_in_s3_object(text.substr(0, text.size() - 10)));
}

}  // namespace
}  // namespace ci::test
