#pragma once
// An HTTP server on the loopback interface that misbehaves as the test tells it to.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/file_descriptor.hpp"

namespace ci::test {

// One accepted connection.
class Connection {
 public:
  explicit Connection(platform::FileDescriptor socket) : socket_(std::move(socket)) {}

  // Returns the request's head and body (by Content-Length) as they came; what came so far when the peer closes.
  std::string read_request() {
    std::string text;
    std::size_t length = 0;
    auto head_end = std::string::npos;
    while (head_end == std::string::npos || text.size() < head_end + 4 + length) {
      char buffer[4096];
      const auto got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (got <= 0) break;
      text.append(buffer, static_cast<std::size_t>(got));
      head_end = text.find("\r\n\r\n");
      if (const auto at = text.find("Content-Length: "); at != std::string::npos)
        length = std::stoul(text.substr(at + 16, 20));  // not the body: it would be copied with every piece
    }
    return text;
  }

  // Whether all of `text` went out before the peer closed.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Sends a whole answer; `headers` are lines that each end in "\r\n".
  void answer(int status, std::string_view body = {}, std::string_view headers = {}) {
    send("HTTP/1.1 " + std::to_string(status) + " Whatever\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body));
  }

  // Waits until the peer closes, at most 10 s, saying nothing.
  void wait_for_close() {
    pollfd closed{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    ::poll(&closed, 1, 10000);
  }

  // Ends the connection by a reset instead of an orderly close.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
  }

 private:
  platform::FileDescriptor socket_;
};

// Answers each connection by the next script, and by the last one when there are no more.
class FaultServer {
 public:
  using Script = std::function<void(Connection&)>;

  explicit FaultServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), generic, &size) != 0) {
      throw std::runtime_error("cannot listen on the loopback interface");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_connections(); });
  }
  ~FaultServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  [[nodiscard]] std::string url(std::string_view path = "/", std::string_view host = "127.0.0.1") const {
    return "http://" + std::string(host) + ':' + std::to_string(port_) + std::string(path);
  }

  // The requests so far, as they came.
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_connections() {
    std::vector<std::thread> connections;
    for (std::size_t count = 0;; ++count) {
      platform::FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!socket) break;
      const Script& script = scripts_[std::min(count, scripts_.size() - 1)];
      connections.emplace_back([this, &script, peer = Connection(std::move(socket))]() mutable {
        const std::string request = peer.read_request();
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
        }
        script(peer);
      });
    }
    for (auto& connection : connections) connection.join();
  }

  std::vector<Script> scripts_;
  platform::FileDescriptor listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace ci::test
