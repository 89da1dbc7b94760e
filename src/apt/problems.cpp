#include "apt/problems.hpp"

namespace ci::apt {

void Problems::warn(std::string kind, std::string message, std::string host) {
  log_.warning(message);
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "apt";
  problem.kind = std::move(kind);
  problem.phase = timer_.current();
  problem.host = std::move(host);
  problem.message = std::move(message);
  all_.push_back(std::move(problem));
}

void Problems::fail(base::ErrorKind kind, history::Problem problem) {
  problem.level = history::Problem::Level::failure;
  problem.step = "apt";
  all_.push_back(std::move(problem));
  failure_ = kind;
}

void Problems::fail(const base::Error& error) {
  history::Problem problem;
  problem.kind = error.kind == base::ErrorKind::permission  ? "permission"
                 : error.kind == base::ErrorKind::cancelled ? "cancelled"
                 : error.kind == base::ErrorKind::timeout   ? "deadline"
                                                            : "apt";
  problem.phase = timer_.current();
  problem.message = error.message;
  problem.hint = error.hint;
  fail(error.kind, std::move(problem));
}

}  // namespace ci::apt
