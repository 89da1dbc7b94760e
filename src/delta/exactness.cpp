#include "delta/exactness.hpp"

#include <map>

#include "delta/capture.hpp"
#include "delta/exclusions.hpp"
#include "delta/volatile_paths.hpp"

namespace ci::delta {
namespace {

using archive::DifferenceKind;
using archive::Member;

using Expected = std::map<std::string, Member, PathOrder>;  // by path as seen from the root

// Which of a receipt's paths count: those that are expected already, for a later installation.
enum class Paths { all, known };

void add(const Receipt& receipt, Paths paths, Expected& expected) {
  for (const auto& member : receipt.listing.members) {
    Member one = member;
    if (receipt.listing.head.roots.at(member.root) == kStatusRoot) {
      one.path = std::string(kStatusFolder) + "/" + member.path;
    }
    one.root = 0;
    auto path = "/" + one.path;
    if (paths == Paths::known && !expected.contains(path)) continue;
    expected.insert_or_assign(std::move(path), std::move(one));
  }
}

}  // namespace

base::Result<Exactness> compare_with_receipts(const std::filesystem::path& root, const std::vector<Receipt>& receipts,
                                              std::string_view name) {
  Expected expected;
  bool found = false;
  for (const auto& receipt : receipts) {
    const bool asked_for = name.empty() || receipt_name(receipt.packages) == name;
    if (asked_for || found) add(receipt, asked_for ? Paths::all : Paths::known, expected);
    found = found || asked_for;
  }
  if (!found) {
    return base::fail(base::ErrorKind::environment,
                      "there is nothing to compare with: no cached installation of these packages was restored or "
                      "saved on this machine",
                      "install them with `ci-optimizer apt install --cache-store STORE`");
  }
  archive::ArchiveListing listing{{{kFilesRoot}, ""}, {}};
  for (auto& [path, member] : expected) listing.members.push_back(std::move(member));
  archive::CompareOptions options;
  options.owners = archive::Owners::keep;
  options.xattrs = archive::Xattrs::keep;
  const auto differences = archive::compare(listing, {{kFilesRoot, root, {}}}, options);
  if (!differences) return base::fail(differences.error());

  Exactness exactness;
  exactness.compared = listing.members.size();
  for (const auto& one : *differences) {
    FoundDifference difference{"/" + one.path, one.kind, one.detail, ""};
    // What such a file is, and whose, is as exact as of any other.
    const bool of_contents = one.kind == DifferenceKind::contents || one.kind == DifferenceKind::size;
    const auto* row = of_contents ? find_volatile(difference.path) : nullptr;
    if (one.kind == DifferenceKind::unread) {
      exactness.unread.push_back(std::move(difference));
    } else if (row != nullptr) {
      difference.reason = row->reason;
      exactness.varying.push_back(std::move(difference));
    } else {
      exactness.differing.push_back(std::move(difference));
    }
  }
  return exactness;
}

}  // namespace ci::delta
