#include "delta/obstacles.hpp"

#include <gmock/gmock.h>

#include "delta/changes.hpp"

namespace {

using namespace ci::delta;
using testing::ElementsAre;
using testing::IsEmpty;

Change added(const std::string& path, Type type = Type::file) {
  Change change;
  change.path = path;
  change.type = type;
  return change;
}

TEST(Obstacles, PlainFilesAreNone) {
  RunningState state;
  state.systemd = state.apparmor = state.binary_formats = true;
  const std::vector<Change> changes = {added("/etc/alternatives/x", Type::symlink), added("/usr/bin/x"),
                                       added("/usr/lib/systemd/system", Type::directory)};
  EXPECT_THAT(find_obstacles(changes, state, state, {}), IsEmpty());
}

TEST(Obstacles, AServiceIsStartedAfterItsUnitsAreLoaded) {
  RunningState state;
  state.systemd = true;
  const std::vector<Change> changes = {
      added("/etc/systemd/system/multi-user.target.wants/nginx.service", Type::symlink),
      added("/usr/lib/systemd/system/nginx.service"), added("/usr/lib/systemd/system/other.service")};
  const auto found = find_obstacles(changes, state, state, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0].command, ElementsAre("systemctl", "daemon-reload"));
  EXPECT_THAT(found[1].command, ElementsAre("systemctl", "start", "nginx.service"));
  EXPECT_EQ(found[1].remedy, Remedy::replay);
  EXPECT_THAT(find_obstacles(changes, {}, {}, {}), IsEmpty()) << "without systemd nothing was started";
}

TEST(Obstacles, KernelsAreRefusedOnce) {
  const std::vector<Change> changes = {added("/boot/initrd.img"), added("/boot/vmlinuz"),
                                       added("/usr/lib/modules/6.1/x.ko")};
  const auto found = find_obstacles(changes, {}, {}, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].remedy, Remedy::refuse);
  EXPECT_EQ(found[0].path, "/usr/lib/modules/6.1/x.ko");
  EXPECT_EQ(found[1].path, "/boot/initrd.img");
}

TEST(Obstacles, ABinaryFormatIsRegisteredAgain) {
  RunningState state;
  state.binary_formats = true;
  const std::vector<Change> changes = {added("/var/lib/binfmts/qemu-arm")};
  const auto found = find_obstacles(changes, state, state, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].command, ElementsAre("update-binfmts", "--enable", "qemu-arm"));
}

TEST(Obstacles, AModuleIsLoadedAgainAndAMountIsRefused) {
  RunningState before, after;
  before.modules = {"ext4"};
  after.modules = {"ext4", "fuse"};
  after.mounts = {"/var/lib/x"};
  const auto found = find_obstacles({}, before, after, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0].command, ElementsAre("modprobe", "fuse"));
  EXPECT_EQ(found[1].remedy, Remedy::refuse);
}

TEST(Obstacles, ADaemonWithoutSystemdIsRefused) {
  const std::vector<Change> changes = {added("/usr/sbin/nginx")};
  const std::vector<RunningProgram> programs = {{1, "/usr/bin/bash"}, {7, "/usr/sbin/nginx"}};
  const auto found = find_obstacles(changes, {}, {}, programs);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "/usr/sbin/nginx is running (process 7)");
  EXPECT_EQ(found[0].remedy, Remedy::refuse);
}

TEST(Obstacles, DevicesAreRefused) {
  const std::vector<Change> changes = {added("/var/lib/x/pipe", Type::fifo)};
  const auto found = find_obstacles(changes, {}, {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "/var/lib/x/pipe");
}

}  // namespace
