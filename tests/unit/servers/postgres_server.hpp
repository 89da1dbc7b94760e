#pragma once
// A real PostgreSQL server on a loopback port, with everything below a temporary folder. It dies with the test.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/filesystem.hpp"

namespace ci::test {

class PostgresServer {
 public:
  static constexpr const char* kPassword = "s3cret & wörd/%";
  static constexpr const char* kDatabase = "history";
  static constexpr const char* kPasswordInUrl = "s3cret%20%26%20w%C3%B6rd%2F%25";

  // The one server of this process; nothing where PostgreSQL is not installed or does not start.
  static PostgresServer* get() {
    static const std::unique_ptr<PostgresServer> server = start();
    return server.get();
  }
  ~PostgresServer() {
    ::kill(process_, SIGQUIT);  // immediate shutdown: nothing has to be kept
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string socket_folder() const { return folder_.path(); }
  // The certificate that the server shows, made by itself for 127.0.0.1 and localhost.
  [[nodiscard]] std::string certificate() const { return folder_.path() / "server.crt"; }
  // A tablespace of a few megabytes; "" where none could be mounted.
  [[nodiscard]] const std::string& small_tablespace() const { return small_tablespace_; }

  [[nodiscard]] std::string url(const std::string& database, const std::string& user = "postgres") const {
    return fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}", user, kPasswordInUrl, port_, database);
  }

  // Runs a statement as the administrator. Returns the first value of its answer, or the error's text.
  std::string sql(const std::string& statement, const std::string& database = "postgres") const {
    const std::unique_ptr<PGconn, decltype(&::PQfinish)> connection(::PQconnectdb(url(database).c_str()), &::PQfinish);
    ::PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&::PQclear)> result(::PQexec(connection.get(), statement.c_str()),
                                                                 &::PQclear);
    const auto status = ::PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return ::PQerrorMessage(connection.get());
    return ::PQntuples(result.get()) > 0 ? ::PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  static std::filesystem::path programs() {
    std::error_code error;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
      if (std::filesystem::exists(version.path() / "bin/initdb", error)) return version.path() / "bin";
    }
    return {};
  }

  static int free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(listener);
    return ntohs(address.sin_port);
  }

  // In the child: PostgreSQL refuses to run as root.
  static void become_nobody() {
    if (::geteuid() != 0) return;
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(126);
  }

  pid_t spawn(const std::vector<std::string>& argv) const {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (!small_tablespace_.empty() &&
        (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
         ::mount("none", small_tablespace_.c_str(), "tmpfs", 0, "size=3m,uid=65534,gid=65534,mode=700") != 0))
      ::_exit(125);
    become_nobody();
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent) ::_exit(124);
    const int log = ::open((folder_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    std::vector<char*> arguments;
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::setenv("LC_ALL", "C", 1);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  [[nodiscard]] bool run(const std::vector<std::string>& argv) const {
    int status = 0;
    return ::waitpid(spawn(argv), &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  static std::unique_ptr<PostgresServer> start() {
    const auto bin = programs();
    if (bin.empty()) return nullptr;
    std::unique_ptr<PostgresServer> server(new PostgresServer);
    const auto& folder = server->folder_.path();
    const bool is_root = ::geteuid() == 0;
    if (is_root && ::chown(folder.c_str(), 65534, 65534) != 0) return nullptr;
    const std::string data = folder / "data", key = folder / "server.key";
    {
      std::ofstream(folder / "password") << kPassword;
      std::filesystem::permissions(folder / "password", std::filesystem::perms::all);
    }
    if (!server->run({bin / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync",
                      "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=" + (folder / "password").string()}))
      return nullptr;
    const bool has_certificate = server->run(
        {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", server->certificate()});
    server->port_ = free_port();
    std::vector<std::string> command{bin / "postgres", "-D", data, "-k", folder, "-p", std::to_string(server->port_)};
    for (const char* setting : {"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off",
                                "max_connections=200", "shared_buffers=32MB", "autovacuum=off"})
      command.insert(command.end(), {"-c", setting});
    if (has_certificate) {
      for (const auto& setting :
           {std::string("ssl=on"), "ssl_key_file=" + key, "ssl_cert_file=" + server->certificate()})
        command.insert(command.end(), {"-c", setting});
    }
    if (is_root) server->try_small_tablespace();
    server->process_ = server->spawn(command);
    for (int i = 0; i < 300; ++i) {
      if (server->sql("SELECT 'ready'") == "ready") {
        server->sql(std::string("CREATE DATABASE ") + kDatabase);
        if (server->small_tablespace_.empty()) return server;
        const auto made = server->sql(fmt::format("CREATE TABLESPACE small LOCATION '{}'", server->small_tablespace_));
        if (!made.empty()) server->small_tablespace_.clear();
        return server;
      }
      if (::waitpid(server->process_, nullptr, WNOHANG) != 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return nullptr;
  }

  // Only where mounting is allowed, which a child finds out.
  void try_small_tablespace() {
    const auto folder = folder_.path() / "small";
    std::filesystem::create_directory(folder);
    small_tablespace_ = folder;
    if (!run({"true"})) small_tablespace_.clear();
  }

  PostgresServer() = default;

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "postgres."));
  pid_t process_ = -1;
  int port_ = 0;
  std::string small_tablespace_;
};

}  // namespace ci::test
