#include "apt/deb_repository.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/deb_file.hpp"
#include "archive/writer.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kDigest(64, 'a');

class DebRepositoryTest : public testing::Test {
 protected:
  DebRepositoryTest() {
    for (const std::string name : {"one", "two"}) {
      test::make_deb(folder_.path(), name, "zstd", 2000, "Depends: three\n");
      index_.debs.push_back({name + "_1_all.deb", name, "1", "all", kDigest, 1000});
    }
    index_.identity = "here";
  }

  // Writes an entry with `files` of the folder.
  fs::path write(const std::vector<std::string>& files, const std::string& head) {
    const auto path = folder_.path() / "entry";
    const platform::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    archive::DescriptorSink sink(file.get());
    EXPECT_TRUE(archive::write_archive(sink, {{"debs", folder_.path(), files}}, head, {}));
    return path;
  }
  base::Result<DebRepository> unpack(const fs::path& entry) {
    const platform::FileDescriptor file(::open(entry.c_str(), O_RDONLY | O_CLOEXEC));
    return DebRepository::unpack(file.get(), "here", make_deb_folder(folder_.path()).value());
  }
  base::Result<DebRepository> unpack() { return unpack(write({"one_1_all.deb", "two_1_all.deb"}, encode(index_))); }
  void expect_refused(const std::string& why) {
    const auto repository = unpack();
    ASSERT_FALSE(repository);
    EXPECT_EQ(repository.error().kind, base::ErrorKind::data);
    EXPECT_THAT(repository.error().message, HasSubstr(why));
  }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "repository-").value();
  DebIndex index_;
};

TEST_F(DebRepositoryTest, IsASourceOfItsDebsAlone) {
  const auto repository = unpack();
  ASSERT_TRUE(repository) << repository.error().message;
  const auto sources = repository->alone();
  ASSERT_TRUE(sources);
  const auto list = platform::read_file(sources->list).value();
  ASSERT_THAT(list, StartsWith("deb [trusted=yes] file:" + folder_.path().string()));
  const fs::path folder = list.substr(list.find('/'), list.find(" ./") - list.find('/'));
  const auto packages = platform::read_file(sources->lists / index_file_name(folder)).value();
  EXPECT_THAT(packages, HasSubstr("Package: one\n"));
  EXPECT_THAT(packages, HasSubstr("Depends: three\n"));
  EXPECT_THAT(packages, HasSubstr("Filename: ./two_1_all.deb\n"));
  const auto sum = test::printed_by("sha256sum < " + (folder / "two_1_all.deb").string()).substr(0, 64);
  EXPECT_THAT(packages, HasSubstr("SHA256: " + sum));
  EXPECT_EQ(repository->find(folder / "two_1_all.deb")->name, "two");
  EXPECT_EQ(repository->find("/var/cache/apt/archives/two_1_all.deb"), nullptr);
}

TEST_F(DebRepositoryTest, StandsBesideOtherSourcesWithWhatThesWouldBringThemselves) {
  const auto repository = unpack();
  ASSERT_TRUE(repository);
  const auto etc = folder_.path() / "etc";
  fs::create_directories(etc / "lists/partial");
  ASSERT_TRUE(platform::write_file(etc / "list", "deb http://m/ x main\n"));
  ASSERT_TRUE(platform::write_file(etc / "lists/m_x_Packages", "Package: other\n"));
  Plan plan;
  plan.packages = {{"one", "1", "all", "http://m/one", "one_1_all.deb", 1000, "SHA256:" + kDigest, ""},
                   {"two", "1", "all", "http://m/two", "two_1_all.deb", 1000, "SHA256:" + std::string(64, 'b'), ""}};
  const auto sources = repository->beside({etc / "list", etc / "parts", etc / "lists", {}}, plan);
  ASSERT_TRUE(sources && *sources);
  EXPECT_THAT(platform::read_file((*sources)->list).value(), testing::EndsWith("./\ndeb http://m/ x main\n"));
  EXPECT_EQ((*sources)->parts, etc / "parts");
  EXPECT_EQ(platform::read_file((*sources)->lists / "m_x_Packages").value(), "Package: other\n");
  std::string packages;
  for (const auto& entry : fs::directory_iterator((*sources)->lists)) {
    if (entry.path().string().ends_with("._Packages")) packages = platform::read_file(entry.path()).value();
  }
  EXPECT_THAT(packages, HasSubstr("Package: one\n"));
  EXPECT_THAT(packages, Not(HasSubstr("Package: two\n"))) << "the mirror has another archive of this version";

  plan.packages[1].bytes = 10'000;
  const auto hardly_any = repository->beside({etc / "list", etc / "parts", etc / "lists", {}}, plan);
  ASSERT_TRUE(hardly_any);
  EXPECT_FALSE(*hardly_any);
}

TEST_F(DebRepositoryTest, RefusesWhatWasMadeForSomethingElse) {
  index_.identity = "there";
  expect_refused("another system");
}

TEST_F(DebRepositoryTest, RefusesAControlThatSaysSomethingElse) {
  index_.debs[1].version = "2";
  expect_refused("two_1_all.deb: its control data says two 1 all");
}

TEST_F(DebRepositoryTest, RefusesAControlThatNamesItsOwnFile) {
  test::make_deb(folder_.path(), "two", "zstd", 2000, "Filename: /etc/shadow\n");
  expect_refused("a field filename");
}

TEST_F(DebRepositoryTest, RefusesWhatIsNoDeb) {
  ASSERT_TRUE(platform::write_file(folder_.path() / "one_1_all.deb", "nothing"));
  expect_refused("not a .deb archive");
}

TEST_F(DebRepositoryTest, RefusesAnEntryThatLacksADeb) {
  const auto repository = unpack(write({"one_1_all.deb"}, encode(index_)));
  ASSERT_FALSE(repository);
  EXPECT_THAT(repository.error().message, HasSubstr("lacks"));
}

TEST_F(DebRepositoryTest, RefusesADebThatItsIndexDoesNotName) {
  index_.debs.pop_back();
  EXPECT_FALSE(unpack());
}

TEST_F(DebRepositoryTest, RefusesEveryDamagedByteAndEveryCut) {
  const auto entry = write({"one_1_all.deb", "two_1_all.deb"}, encode(index_));
  const auto whole = platform::read_file(entry).value();
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    ASSERT_TRUE(platform::write_file(entry, bytes));
    EXPECT_FALSE(unpack(entry)) << "byte " << at;
    ASSERT_TRUE(platform::write_file(entry, whole.substr(0, at)));
    EXPECT_FALSE(unpack(entry)) << "cut at " << at;
  }
}

TEST(DebIndex, IsReadAsItWasWritten) {
  DebIndex index{"x", 2.5, {{"a_1%3a2~b+c_amd64.deb", "a", "1:2~b+c", "amd64", kDigest, 7}}, {"b | c"}};
  const auto read = decode_deb_index(encode(index));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->identity, "x");
  EXPECT_EQ(read->install_seconds, 2.5);
  ASSERT_NE(read->find("a_1%3a2~b+c_amd64.deb"), nullptr);
  EXPECT_EQ(read->debs[0].version, "1:2~b+c");
  EXPECT_EQ(read->unmet, index.unmet);
}

TEST(DebIndex, RefusesNamesThatAreNotPlain) {
  const IndexedDeb good{"a_1_all.deb", "a", "1", "all", kDigest, 7};
  for (const auto& spoil : std::vector<std::function<void(IndexedDeb&)>>{
           [](auto& deb) { deb.file = "../a.deb"; }, [](auto& deb) { deb.file = "x/a.deb"; },
           [](auto& deb) { deb.file = ".deb"; }, [](auto& deb) { deb.file = "a.tar"; },
           [](auto& deb) { deb.name = "-o"; }, [](auto& deb) { deb.name = "a\nb"; },
           [](auto& deb) { deb.version = ""; }, [](auto& deb) { deb.architecture = "all "; },
           [](auto& deb) { deb.sha256 = "00"; }, [](auto& deb) { deb.bytes = 0; }}) {
    auto bad = good;
    spoil(bad);
    EXPECT_FALSE(decode_deb_index(encode({"x", 0, {bad}, {}}))) << bad.file << bad.name;
  }
  EXPECT_TRUE(decode_deb_index(encode({"x", 0, {good}, {}})));
  EXPECT_FALSE(decode_deb_index(encode({"x", 0, {good, good}, {}})));
  EXPECT_FALSE(decode_deb_index(encode({"x", 0, {}, {}})));
}

}  // namespace
}  // namespace ci::apt
