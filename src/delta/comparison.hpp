#pragma once
// One folder now against the same folder in a snapshot.
#include <vector>

#include "delta/changes.hpp"

namespace ci::delta {

// Compares folders with `snapshot`; safe to share between threads, each with a list of its own.
class Comparison {
 public:
  explicit Comparison(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // Appends what differs in a folder listed with Detail::status: its entries, and everything that lay below a folder
  // that is gone. The folder itself is an entry of its own parent.
  void add_folder(const Listing& now, std::vector<Change>& changes) const;

 private:
  static void add_itself(const Listing& now, std::vector<Change>& changes);
  void add_entry(const Listing& now, const Entry& entry, const NamedEntry* old, std::vector<Change>& changes) const;
  void add_deleted(const std::string& path, Type type, std::vector<Change>& changes) const;
  void add_deleted_below(const std::string& path, std::vector<Change>& changes) const;

  const Snapshot& snapshot_;
};

}  // namespace ci::delta
