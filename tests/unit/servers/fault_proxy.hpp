#pragma once
// A loopback proxy in front of a loopback server, which can be told to misbehave from the next bytes on.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <list>
#include <thread>

namespace ci::test {

class FaultProxy {
 public:
  explicit FaultProxy(int server_port) : server_port_(server_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { work(); });
  }
  ~FaultProxy() {
    stopping_ = true;
    thread_.join();
    for (const auto& pair : pairs_) close_both(pair);
    ::close(listener_);
  }
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // Connections stay open and nothing is passed on any more.
  void fall_silent() { silent_ = true; }
  void speak() { silent_ = false; }
  // After so many more bytes of the server's, every connection is cut.
  void cut_after(std::int64_t bytes) { left_ = bytes; }
  void cut_now() { left_ = -1; }
  void cut_no_more() { left_ = std::numeric_limits<std::int64_t>::max(); }
  // Each piece of at most 100 bytes waits before it is passed on.
  void slow_down(std::chrono::milliseconds wait) { wait_ = wait; }

 private:
  struct Pair {
    int client;
    int server;
  };

  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static void close_both(const Pair& pair) {
    ::close(pair.client);
    ::close(pair.server);
  }

  // Whether the connection goes on.
  bool pass(int from, int to, bool is_from_server) {
    std::array<char, 100> bytes;
    const auto wait = wait_.load();
    if (wait.count() > 0) std::this_thread::sleep_for(wait);
    const auto got = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got <= 0) return false;
    if (is_from_server && (left_ -= got) < 0) return false;
    return ::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }

  void accept_one() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server_port_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      pairs_.push_back({client, server});
    } else {
      close_both({client, server});
    }
  }

  void work() {
    while (!stopping_) {
      pollfd listening{listener_, POLLIN, 0};
      if (::poll(&listening, 1, pairs_.empty() || silent_ ? 5 : 0) > 0) accept_one();
      if (silent_) continue;
      bool is_idle = true;
      for (auto pair = pairs_.begin(); pair != pairs_.end();) {
        std::array<pollfd, 2> ends{{{pair->client, POLLIN, 0}, {pair->server, POLLIN, 0}}};
        bool alive = left_ >= 0;
        if (::poll(ends.data(), ends.size(), 0) > 0) {
          is_idle = false;
          if (alive && ends[0].revents != 0) alive = pass(pair->client, pair->server, false);
          if (alive && ends[1].revents != 0) alive = pass(pair->server, pair->client, true);
        }
        if (!alive) close_both(*pair);
        pair = alive ? std::next(pair) : pairs_.erase(pair);
      }
      if (is_idle) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::list<Pair> pairs_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> silent_ = false;
  std::atomic<std::int64_t> left_ = std::numeric_limits<std::int64_t>::max();
  std::atomic<std::chrono::milliseconds> wait_ = std::chrono::milliseconds(0);
  std::thread thread_;
};

}  // namespace ci::test
