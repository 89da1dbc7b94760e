#pragma once
// Which history store a text names.
#include <memory>
#include <string>

#include "base/result.hpp"
#include "history_store/history_store.hpp"
#include "platform/platform.hpp"

namespace ci::history_store {

// Returns the history store that `text` names: `file:FOLDER`, where FOLDER is made when the first record is put;
// `git:BRANCH`, a branch of the remote of the checkout in the working directory; `s3://BUCKET[/FOLDER]` with the
// variables that the AWS tools read (s3/location.hpp, s3/credentials.hpp); the URL of a PostgreSQL database
// (postgres_location.hpp). No service is asked yet. One call may take `patience`. `platform` must outlive the store.
// Errors: usage; unavailable, when certificates are to be verified and the machine has none.
base::Result<std::unique_ptr<HistoryStore>> open_history_store(const std::string& text,
                                                               const platform::Platform& platform,
                                                               base::Duration patience);

}  // namespace ci::history_store
