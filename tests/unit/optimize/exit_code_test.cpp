#include "optimize/exit_code.hpp"

#include <gtest/gtest.h>

namespace ci::optimize {
namespace {

int verdict(std::initializer_list<int> codes) {
  ExitCode exit;
  for (const int code : codes) exit.add(code);
  return exit.value();
}

TEST(ExitCode, IsTheLowestOfTheRealFailures) {
  EXPECT_EQ(verdict({}), 0);
  EXPECT_EQ(verdict({4, 2}), 2);
  EXPECT_EQ(verdict({2, 4}), 2);
  EXPECT_EQ(verdict({0, 3, 0}), 3);
}

TEST(ExitCode, IsTheDeadlineOnlyWhenNothingElseFailed) {
  EXPECT_EQ(verdict({5}), 5);
  EXPECT_EQ(verdict({5, 4}), 4);
  EXPECT_EQ(verdict({5, 77}), 77);
}

TEST(ExitCode, IsTheSignalWhenTheRunWasCancelled) {
  EXPECT_EQ(verdict({4, 143, 2}), 143);
}

TEST(ExitCode, FollowsTheContract) {
  EXPECT_EQ(exit_code(base::ErrorKind::usage, 0), 64);
  EXPECT_EQ(exit_code(base::ErrorKind::data, 0), 65);
  EXPECT_EQ(exit_code(base::ErrorKind::environment, 0), 4);
  EXPECT_EQ(exit_code(base::ErrorKind::unavailable, 0), 69);
  EXPECT_EQ(exit_code(base::ErrorKind::permission, 0), 77);
  EXPECT_EQ(exit_code(base::ErrorKind::io, 0), 74);
  EXPECT_EQ(exit_code(base::ErrorKind::timeout, 0), 5);
  EXPECT_EQ(exit_code(base::ErrorKind::cancelled, 2), 130);
  EXPECT_EQ(exit_code(base::ErrorKind::cancelled, 15), 143);
  EXPECT_EQ(exit_code(base::ErrorKind::bug, 0), 70);
}

}  // namespace
}  // namespace ci::optimize
