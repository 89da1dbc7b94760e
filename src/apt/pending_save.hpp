#pragma once
// An archive that waits for the rest of the job to succeed before it becomes an entry of the store.
#include <memory>
#include <string>

#include "store/store.hpp"

namespace ci::apt {

class PendingSave {
 public:
  // `name` is that of the cache in the record.
  PendingSave(std::string name, std::unique_ptr<store::Upload> upload)
      : name_(std::move(name)), upload_(std::move(upload)) {}
  [[nodiscard]] const std::string& name() const { return name_; }
  // Makes it an entry of the store. Returns "" or why it could not be.
  std::string commit();

 private:
  std::string name_;
  std::unique_ptr<store::Upload> upload_;
};

}  // namespace ci::apt
