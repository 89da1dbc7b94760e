#include "s3/answers.hpp"

#include <gmock/gmock.h>

#include "s3/xml_tree.hpp"

namespace ci::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPage = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix>a</Prefix>
<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>1a+/=</NextContinuationToken>
<Contents><Key>a%2Fb+c%21.entry</Key><LastModified>2026-11-21T04:24:00.123Z</LastModified><ETag>&quot;x&quot;</ETag>
<Size>5000000000</Size><Owner><ID>1</ID></Owner></Contents>
<Contents><Key>a</Key><LastModified>2026-11-21T04:24:00.000Z</LastModified><Size>0</Size></Contents>
</ListBucketResult>)";

TEST(S3Answers, ReadAPageOfAListing) {
  const auto page = s3::parse_page(kPage);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->next, "1a+/=");
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].name, "a/b c!.entry");
  EXPECT_EQ(page->objects[0].bytes, 5'000'000'000U);
  EXPECT_EQ(base::to_rfc3339(page->objects[0].modified), "2026-11-21T04:24:00.123000Z");
  EXPECT_EQ(page->objects[1].name, "a");
}

TEST(S3Answers, ReadNamesOfAServiceThatDoesNotEncodeThem) {
  const auto page = s3::parse_page(
      "<ListBucketResult><Contents><Key>a%2F+&amp;</Key><LastModified>2026-11-21T04:24:00Z</LastModified><Size>1</Size>"
      "</Contents></ListBucketResult>");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->objects.front().name, "a%2F+&");
  EXPECT_EQ(page->next, "");
}

std::string fault_of_page(std::string_view xml) {
  const auto page = s3::parse_page(xml);
  return page ? "accepted" : page.error().message;
}

TEST(S3Answers, ReadFoldersOfAListing) {
  const auto page = s3::parse_page(
      "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
      "<Prefix>ci%2F</Prefix><CommonPrefixes><Prefix>ci%2Fa+b%2F</Prefix></CommonPrefixes>"
      "<CommonPrefixes><Prefix>ci%2Fc%2F</Prefix></CommonPrefixes></ListBucketResult>");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->folders, testing::ElementsAre("ci/a b/", "ci/c/"));
  EXPECT_FALSE(s3::parse_page("<ListBucketResult><CommonPrefixes/></ListBucketResult>"));
}

TEST(S3Answers, RefuseWhatIsNoListing) {
  const auto object = [](std::string_view inner) {
    return "<ListBucketResult><Contents>" + std::string(inner) + "</Contents></ListBucketResult>";
  };
  const std::string time = "<LastModified>2026-11-21T04:24:00Z</LastModified>";
  EXPECT_THAT(fault_of_page(""), HasSubstr("not understood"));
  EXPECT_THAT(fault_of_page("<html></html>"), HasSubstr("a html where ListBucketResult was expected"));
  EXPECT_THAT(fault_of_page(kPage.substr(0, kPage.size() / 2)), HasSubstr("not understood"));
  EXPECT_THAT(fault_of_page(object(time + "<Size>1</Size>")), HasSubstr("without a name"));
  EXPECT_THAT(fault_of_page(object("<Key>a</Key>" + time + "<Size>-1</Size>")), HasSubstr("without a name"));
  EXPECT_THAT(fault_of_page(object("<Key>a</Key>" + time + "<Size>1e9</Size>")), HasSubstr("without a name"));
  EXPECT_THAT(fault_of_page(object("<Key>a</Key><Size>1</Size>")), HasSubstr("without a name"));
  EXPECT_THAT(fault_of_page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
              HasSubstr("does not say where"));
}

TEST(S3Answers, ReadUploads) {
  EXPECT_EQ(*s3::parse_upload_id("<s3:InitiateMultipartUploadResult xmlns:s3='x'><s3:UploadId>id</s3:UploadId>"
                                 "</s3:InitiateMultipartUploadResult>"),
            "id");
  EXPECT_FALSE(s3::parse_upload_id("<InitiateMultipartUploadResult/>"));
  const auto uploads = s3::parse_multiparts(
      "<ListMultipartUploadsResult><Upload><Key>a</Key><UploadId>1</UploadId>"
      "<Initiated>2026-11-20T00:00:00.000Z</Initiated></Upload></ListMultipartUploadsResult>");
  ASSERT_TRUE(uploads);
  ASSERT_EQ(uploads->size(), 1U);
  EXPECT_EQ(uploads->front().upload_id, "1");
}

TEST(S3Answers, TellAFailedCompletionFromADoneOne) {
  const auto done =
      s3::parse_completion("<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
  ASSERT_TRUE(done);
  EXPECT_FALSE(*done);
  const auto failed = s3::parse_completion("<Error><Code>InternalError</Code><Message>Try again</Message></Error>");
  ASSERT_TRUE(failed);
  ASSERT_TRUE(*failed);
  EXPECT_EQ((*failed)->code, "InternalError");
  EXPECT_FALSE(s3::parse_completion("   "));
}

TEST(S3Answers, ReadAFailure) {
  const auto failure = s3::parse_failure(
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-west-1</Region></Error>");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->region, "eu-west-1");
  EXPECT_FALSE(s3::parse_failure("<html>proxy</html>"));
  EXPECT_FALSE(s3::parse_failure("no XML"));
}

std::string fault_of_xml(std::string_view xml) {
  const auto root = s3::parse_xml(xml, 100'000'000);
  return root ? "accepted" : root.error().message;
}

TEST(XmlTree, RefusesWhatOnlyAnAttackerSends) {
  EXPECT_THAT(fault_of_xml("<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>"), HasSubstr("document type"));
  EXPECT_THAT(fault_of_xml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), HasSubstr("document type"));
  std::string deep, wide = "<a>";
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) wide += "<b/>";
  EXPECT_THAT(fault_of_xml(deep), HasSubstr("nested too deeply"));
  EXPECT_THAT(fault_of_xml(wide + "</a>"), HasSubstr("too many elements"));
  EXPECT_THAT(fault_of_xml("<a>\xFF</a>"), HasSubstr("no XML"));
  EXPECT_THAT(fault_of_xml("<a></b>"), HasSubstr("no XML"));
  EXPECT_THAT(fault_of_xml("<a/><a/>"), HasSubstr("no XML"));
  EXPECT_THAT(s3::parse_xml("<a>    </a>", 10).error().message, HasSubstr("longer than 10"));
}

TEST(XmlTree, KeepsElementsInOrder) {
  const auto root = s3::parse_xml("<a x='1'>1<b>2</b><!-- no --><b>3<![CDATA[<4>]]></b>5</a>", 1000);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, "15");
  ASSERT_EQ(root->children.size(), 2U);
  EXPECT_EQ(root->text_of("b"), "2");
  EXPECT_EQ(root->children[1].text, "3<4>");
  EXPECT_EQ(root->text_of("c"), "");
}

}  // namespace
}  // namespace ci::test
