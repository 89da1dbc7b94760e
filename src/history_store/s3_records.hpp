#pragma once
// Records as objects of a bucket: listing, reading, writing, without a view of what they mean together.
//
//   records/DATE/NAME.jsonl   a record (s3_name.hpp, s3_object.hpp)
//   ids/ID.json               {"record": name}: which record has the id ID
//   runs/IDENTITY.json        {"record": name}: where the record of that run is
//   rows/DATE/NAME.jsonl      rows of a past day (s3_day_index.hpp)
//   days/DATE/NUMBER.json     what was rolled up of a day (s3_removal.hpp)
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history_store/row.hpp"
#include "history_store/s3_name.hpp"
#include "s3/parallel_calls.hpp"

namespace ci::history_store {

// How an object is written.
enum class Write {
  replacing,  // whatever is there
  anew,       // refused when there is an object of that name, by services that know the condition
};

// A record as a listing tells of it.
struct S3Listed {
  S3RecordName name;
  std::string etag;  // another one with every change; "" when the service does not tell
};

struct S3Write {
  std::string name;
  std::string text;
  Write write = Write::replacing;
};

// Errors: permission, unavailable, timeout, cancelled; data where an answer is not understood.
class S3Records {
 public:
  // `client` must outlive this object.
  explicit S3Records(s3::Client& client) : client_(client), calls_(client) {}

  static std::string record(const S3RecordName& name) { return "records/" + name.text(); }
  static std::string id(const std::string& id) { return "ids/" + id + ".json"; }
  static std::string run(const S3RecordName& name) { return "runs/" + name.identity + ".json"; }

  // Returns the days of which there are records, the newest first.
  base::Result<std::vector<std::string>> dates(platform::Monotonic end);
  // Returns the records of `dates`, the newest first. Error: unavailable also when there are too many.
  base::Result<std::vector<S3Listed>> listed(const std::vector<std::string>& dates, platform::Monotonic end);
  // Returns what the names of all objects below the folder `below` are, without that folder.
  base::Result<std::vector<std::string>> list(const std::string& below, platform::Monotonic end);

  // Returns the first lines of records in their order (s3_object.hpp); nothing for one that is gone.
  base::Result<std::vector<std::optional<std::string>>> heads(const std::vector<S3RecordName>& names,
                                                              platform::Monotonic end);
  // Returns the rows of records in their order; nothing for one that is gone, or is no record.
  base::Result<std::vector<std::optional<Row>>> rows(const std::vector<S3RecordName>& names, platform::Monotonic end);
  // Returns the texts of objects in their order; nothing for one that is not there.
  base::Result<std::vector<std::optional<std::string>>> read(const std::vector<std::string>& names,
                                                             platform::Monotonic end);
  // Returns which record each of the objects ids/... or runs/... names; nothing where there is none.
  base::Result<std::vector<std::optional<S3RecordName>>> named_by(const std::vector<std::string>& pointers,
                                                                  platform::Monotonic end);
  static std::string pointer_text(const S3RecordName& name);

  // Writes objects, all at once. Returns for each whether it was written: not, when it was to be written anew and is
  // there.
  base::Result<std::vector<bool>> write(const std::vector<S3Write>& writes, platform::Monotonic end);
  // Removes objects; those that are not there are no error.
  base::Result<void> remove(const std::vector<std::string>& names, platform::Monotonic end);

 private:
  using Answers = std::vector<base::Result<platform::HttpResponse>>;

  base::Result<std::vector<std::optional<std::string>>> some_heads(const std::vector<S3RecordName>& names,
                                                                   platform::Monotonic end);
  [[nodiscard]] std::string full(const std::string& name) const { return client_.location().folder + name; }
  base::Result<std::vector<s3::Page>> pages(const std::vector<std::string>& prefixes, s3::Depth depth,
                                            platform::Monotonic end);

  s3::Client& client_;
  s3::ParallelCalls calls_;
};

}  // namespace ci::history_store
