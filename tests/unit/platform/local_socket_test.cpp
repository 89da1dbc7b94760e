#include "platform/local_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <thread>

#include "platform/filesystem.hpp"

namespace ci::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LocalSocketTest : public testing::Test {
 protected:
  TemporaryFolder folder_ = TemporaryFolder::make("/tmp", "local-socket-").value();
  std::filesystem::path path_ = folder_.path() / "socket";
};

TEST_F(LocalSocketTest, CarriesATextAndAnOpenFileOneWayAndAByteBack) {
  const auto server = LocalServer::listen(path_);
  ASSERT_TRUE(server.has_value()) << server.error().message;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  base::Result<char> answer = '?';
  std::thread asker([&] {
    answer = ask_local_server(path_, "a question", pipe[1], seconds(10));
    ::close(pipe[1]);
  });
  auto question = server->next(seconds(10));
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->text, "a question");
  EXPECT_EQ(::write(question->file.get(), "through", 7), 7);
  question->file.reset();
  question->answer('!');
  asker.join();
  EXPECT_EQ(answer.value_or('?'), '!');
  std::array<char, 16> bytes{};
  EXPECT_EQ(::read(pipe[0], bytes.data(), bytes.size()), 7) << "the file of the asker itself";
  EXPECT_EQ(::read(pipe[0], bytes.data(), bytes.size()), 0) << "nobody keeps it open";
  ::close(pipe[0]);
}

TEST_F(LocalSocketTest, TellsNobodyListensFromNoAnswer) {
  EXPECT_EQ(ask_local_server(path_, "anyone?", 0, seconds(1)).error().kind, base::ErrorKind::unavailable);
  const auto server = LocalServer::listen(path_);
  base::Result<char> answer = '?';
  std::thread asker([&] { answer = ask_local_server(path_, "hello", 0, seconds(10)); });
  (void)server->next(seconds(10));  // the question is dropped unanswered
  asker.join();
  EXPECT_EQ(answer.error().kind, base::ErrorKind::io);
}

TEST_F(LocalSocketTest, AnAskerGivesUpAfterItsLimit) {
  const auto server = LocalServer::listen(path_);
  const auto answer = ask_local_server(path_, "hello", 0, milliseconds(50));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::io);
}

TEST_F(LocalSocketTest, WhoBringsNoFileIsNotHeard) {
  const auto server = LocalServer::listen(path_);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::send(socket.get(), "text", 4, 0), 4);
  EXPECT_FALSE(server->next(seconds(5)).has_value());
  EXPECT_FALSE(server->next(milliseconds(1)).has_value()) << "and nothing else comes";
}

TEST_F(LocalSocketTest, RefusesAPathThatIsTooLong) {
  const auto server = LocalServer::listen(folder_.path() / std::string(120, 'x'));
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().kind, base::ErrorKind::io);
}

}  // namespace
}  // namespace ci::platform
