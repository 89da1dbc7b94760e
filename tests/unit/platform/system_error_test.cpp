#include "platform/system_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace ci::platform {
namespace {

TEST(SystemError, TellsWhatFailedAndWhy) {
  EXPECT_EQ(system_error("cannot make a pipe", EMFILE).message, "cannot make a pipe: Too many open files");
  EXPECT_EQ(system_error("cannot open", "usr/bin/x", ENOENT).message,
            "cannot open usr/bin/x: No such file or directory");
  EXPECT_EQ(system_error("cannot open", "a\xff", ENOENT).message,
            "cannot open a\xef\xbf\xbd: No such file or directory");
}

TEST(SystemError, IsOfTheKindPermissionWhereTheSystemRefuses) {
  for (const int number : {EACCES, EPERM, EROFS}) {
    EXPECT_EQ(system_error("cannot write", number).kind, base::ErrorKind::permission) << number;
  }
  for (const int number : {ENOENT, EIO, ENOSPC, EXDEV}) {
    EXPECT_EQ(system_error("cannot write", number).kind, base::ErrorKind::io) << number;
  }
}

}  // namespace
}  // namespace ci::platform
