#include "apt/pending_save.hpp"

namespace ci::apt {

std::string PendingSave::commit() {
  const auto saved = upload_->commit();
  return saved ? "" : saved.error().error.message;
}

}  // namespace ci::apt
