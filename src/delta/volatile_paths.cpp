#include "delta/volatile_paths.hpp"

#include <array>

#include "delta/path_pattern.hpp"

namespace ci::delta {
namespace {

using enum Volatility;

constexpr auto kTable = std::to_array<VolatilePath>({
    {"/etc/resolv.conf", machine, "written by the network's configuration or the container engine"},
    {"/etc/hosts", machine, "names this machine"},
    {"/etc/hostname", machine, "names this machine"},
    {"/etc/adjtime", machine, "drift of the hardware clock"},
    {"/var/lib/systemd/random-seed", machine, "random seed of the next boot"},
    {"/var/lib/urandom/random-seed", machine, "random seed of the next boot"},
    {"/var/lib/systemd/timers/**", machine, "when timers last ran"},
    {"/var/lib/systemd/timesync/**", machine, "when the clock was last set"},
    {"/var/lib/private/systemd/**", machine, "state of running services"},
    {"/var/lib/dhcp/**", machine, "leases of the network"},
    {"/var/lib/NetworkManager/**", machine, "leases of the network"},
    {"/var/lib/waagent/**", machine, "state of the cloud's agent, which is always at work"},
    {"/var/lib/cloud/**", machine, "state of the cloud's agent"},
    {"/var/lib/docker/**", machine, "containers and images of a running daemon"},
    {"/var/lib/containerd/**", machine, "containers and images of a running daemon"},
    {"/var/lib/logrotate/status", machine, "when logs were last rotated"},
    {"/var/cache/apt/pkgcache.bin", machine, "made of the package lists, checked by their times and sizes"},
    {"/var/cache/apt/srcpkgcache.bin", machine, "made of the package lists, checked by their times and sizes"},
    {"/var/lib/apt/periodic/**", machine, "when apt's timers last ran"},
    {"/var/lib/ci-optimizer/**", machine, "receipts of what was restored or captured here"},
    {"/var/log/journal/**", machine, "the machine's journal"},

    {"/etc/mtab", journal, "mounted file systems, where it is not a link to /proc"},
    {"/var/log/apt/*", journal, "lines carry times"},
    {"/var/log/*.log", journal, "lines carry times"},
    {"/var/log/syslog", journal, "lines carry times"},
    {"/var/log/messages", journal, "lines carry times"},
    {"/var/log/wtmp", journal, "log-ins with times"},
    {"/var/log/btmp", journal, "log-ins with times"},
    {"/var/log/lastlog", journal, "log-ins with times"},
    {"/var/log/faillog", journal, "log-ins with times"},

    {"/etc/machine-id", varies, "random, made when systemd or dbus is first installed"},
    {"/var/lib/dbus/machine-id", varies, "random, made when systemd or dbus is first installed"},
    {"/etc/shadow", varies, "the day of the last change of a password"},
    {"/etc/shadow-", varies, "the day of the last change of a password"},
    {"/etc/ssl/private/ssl-cert-snakeoil.key", varies, "a random key"},
    {"/etc/ssl/certs/ssl-cert-snakeoil.pem", varies, "made of a random key"},
    {"/etc/ssl/certs/java/cacerts", varies, "entries carry times"},
    {"/etc/ssh/ssh_host_*", varies, "random keys"},
    {"/var/cache/ldconfig/aux-cache", varies, "inode numbers and change times"},
    {"/var/cache/fontconfig/*", varies, "times of folders"},
    {"/var/cache/man/**", varies, "times of pages and of the database"},
    {"/var/lib/texmf/**", varies, "formats carry the time they were made"},
    {"/var/lib/postgresql/**", varies, "a cluster has a random identifier and times"},
    {"/var/lib/mysql/**", varies, "a data directory has a random identifier and times"},
    {"/var/lib/systemd/catalog/database", varies, "carries a random identifier"},
    {"/usr/lib/python3*/**", varies, "byte code may number shared constants in another order", ".pyc"},
    {"/usr/share/python3/**", varies, "byte code may number shared constants in another order", ".pyc"},
});

}  // namespace

std::span<const VolatilePath> volatile_paths() {
  return kTable;
}

const VolatilePath* find_volatile(std::string_view path) {
  for (const auto& row : kTable) {
    if (path.ends_with(row.ending) && fits_pattern(row.pattern, path)) return &row;
  }
  return nullptr;
}

}  // namespace ci::delta
