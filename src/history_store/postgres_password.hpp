#pragma once
// The password in a PostgreSQL URL, apart from the rest of it.
#include <string>
#include <vector>

namespace ci::history_store {

struct PartedUrl {
  std::string url;                     // without password; another kind of store's name as it was
  std::vector<std::string> passwords;  // as they are written in the URL, and as they are meant; none = it had none
};

// Returns `text` parted as libpq would read it: user:PASSWORD@, and the parameters password and sslpassword.
PartedUrl part_password(const std::string& text);

}  // namespace ci::history_store
