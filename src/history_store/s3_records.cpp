#include "history_store/s3_records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history_store/index_update.hpp"
#include "history_store/s3_object.hpp"

namespace ci::history_store {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::string_view kRecords = "records/";
constexpr std::size_t kMostNames = 100'000;
constexpr int kNotThere = 404;
constexpr int kConflict = 409;  // another writer of that name is just ending
constexpr int kTaken = 412;
constexpr int kNotImplemented = 501;
// A row's line is about 1 KiB; a page of a file system or two cost a service no more.
constexpr std::size_t kBeginning = std::size_t{8} << 10;
constexpr std::size_t kMostHeads = 1024;  // read at once: 8 MiB at most
constexpr std::size_t kLongestObject = 2 * kLongestRecord + 2;

std::optional<std::string> first_line(const std::string& text) {
  const auto end = text.find('\n');
  if (end == std::string::npos) return std::nullopt;
  return text.substr(0, end);
}

}  // namespace

base::Result<std::vector<s3::Page>> S3Records::pages(const std::vector<std::string>& prefixes, s3::Depth depth,
                                                     platform::Monotonic end) {
  std::vector<s3::Page> whole(prefixes.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < prefixes.size(); ++i) open.push_back(i);
  std::size_t count = 0;
  while (!open.empty()) {
    std::vector<s3::Call> calls;
    for (const auto i : open) calls.push_back(s3::Client::listing(full(prefixes[i]), whole[i].next, depth));
    const auto answers = calls_.send(calls, end);
    std::vector<std::size_t> still_open;
    for (std::size_t place = 0; place < open.size(); ++place) {
      auto page = client_.page_in(answers[place]);
      if (!page) return fail(page.error());
      auto& known = whole[open[place]];
      if (!page->next.empty() && page->next == known.next)
        return fail(ErrorKind::unavailable, "the S3 service lists the same objects again and again");
      known.next = page->next;
      count += page->objects.size() + page->folders.size();
      std::move(page->objects.begin(), page->objects.end(), std::back_inserter(known.objects));
      std::move(page->folders.begin(), page->folders.end(), std::back_inserter(known.folders));
      if (!known.next.empty()) still_open.push_back(open[place]);
    }
    if (count > kMostNames) {
      return fail(ErrorKind::unavailable, fmt::format("there are more than {} records to look through", kMostNames),
                  "ask for a shorter time, or remove old records (history prune)");
    }
    open = std::move(still_open);
  }
  return whole;
}

base::Result<std::vector<std::string>> S3Records::dates(platform::Monotonic end) {
  const std::string below = full(std::string(kRecords));
  const auto found = pages({std::string(kRecords)}, s3::Depth::folder, end);
  if (!found) return fail(found.error());
  std::vector<std::string> dates;
  for (const auto& folder : found->front().folders) {
    if (!folder.starts_with(below) || !folder.ends_with('/')) continue;
    std::string date = folder.substr(below.size(), folder.size() - below.size() - 1);
    if (is_date(date)) dates.push_back(std::move(date));
  }
  std::sort(dates.begin(), dates.end(), std::greater<>());
  return dates;
}

base::Result<std::vector<S3Listed>> S3Records::listed(const std::vector<std::string>& dates, platform::Monotonic end) {
  const std::string below = full(std::string(kRecords));
  std::vector<std::string> prefixes;
  for (const auto& date : dates) prefixes.push_back(std::string(kRecords) + date + "/");
  const auto found = pages(prefixes, s3::Depth::all, end);
  if (!found) return fail(found.error());
  std::vector<S3Listed> listed;
  for (const auto& page : *found) {
    for (const auto& object : page.objects) {
      if (!object.name.starts_with(below)) continue;
      if (auto name = parse_s3_record_name(std::string_view(object.name).substr(below.size())))
        listed.push_back({std::move(*name), object.etag});
    }
  }
  std::sort(listed.begin(), listed.end(),
            [](const S3Listed& one, const S3Listed& other) { return one.name > other.name; });
  return listed;
}

base::Result<std::vector<std::string>> S3Records::list(const std::string& below, platform::Monotonic end) {
  const auto found = pages({below}, s3::Depth::all, end);
  if (!found) return fail(found.error());
  const std::string start = full(below);
  std::vector<std::string> names;
  for (const auto& object : found->front().objects) {
    if (object.name.starts_with(start)) names.push_back(object.name.substr(start.size()));
  }
  return names;
}

base::Result<std::vector<std::optional<std::string>>> S3Records::heads(const std::vector<S3RecordName>& names,
                                                                       platform::Monotonic end) {
  std::vector<std::optional<std::string>> heads;
  heads.reserve(names.size());
  while (heads.size() < names.size()) {
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(heads.size());
    const auto size = std::min(kMostHeads, names.size() - heads.size());
    auto some = some_heads({first, first + static_cast<std::ptrdiff_t>(size)}, end);
    if (!some) return fail(some.error());
    std::move(some->begin(), some->end(), std::back_inserter(heads));
  }
  return heads;
}

base::Result<std::vector<std::optional<std::string>>> S3Records::some_heads(const std::vector<S3RecordName>& names,
                                                                            platform::Monotonic end) {
  std::vector<s3::Call> calls;
  for (const auto& name : names) {
    calls.push_back({.name = full(record(name)),
                     .headers = {{"range", fmt::format("bytes=0-{}", kBeginning - 1)}},
                     .longest_answer = kLongestObject});  // of a service that does not know ranges
  }
  const auto answers = calls_.send(calls, end);
  std::vector<std::optional<std::string>> heads(names.size());
  std::vector<std::string> long_ones;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!answers[i]) return fail(answers[i].error());
    if (answers[i]->status == kNotThere) continue;
    if (!s3::is_success(*answers[i])) return fail(client_.error(*answers[i], "cannot read a record"));
    heads[i] = first_line(answers[i]->body);
    if (heads[i] || answers[i]->body.size() != kBeginning) continue;
    long_ones.push_back(record(names[i]));
    places.push_back(i);
  }
  const auto texts = read(long_ones, end);
  if (!texts) return fail(texts.error());
  for (std::size_t i = 0; i < places.size(); ++i) {
    if ((*texts)[i]) heads[places[i]] = first_line(*(*texts)[i]);
  }
  return heads;
}

base::Result<std::vector<std::optional<Row>>> S3Records::rows(const std::vector<S3RecordName>& names,
                                                              platform::Monotonic end) {
  const auto found = heads(names, end);
  if (!found) return fail(found.error());
  std::vector<std::optional<Row>> rows;
  for (const auto& head : *found) rows.push_back(head ? row_in_s3_object(*head + "\n") : std::nullopt);
  return rows;
}

base::Result<std::vector<std::optional<std::string>>> S3Records::read(const std::vector<std::string>& names,
                                                                      platform::Monotonic end) {
  std::vector<s3::Call> calls;
  for (const auto& name : names) calls.push_back({.name = full(name), .longest_answer = kLongestObject});
  auto answers = calls_.send(calls, end);
  std::vector<std::optional<std::string>> texts(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!answers[i]) return fail(answers[i].error());
    if (answers[i]->status == kNotThere && s3::failure_of(*answers[i]).code != "NoSuchBucket") continue;
    if (!s3::is_success(*answers[i])) return fail(client_.error(*answers[i], "cannot read " + names[i]));
    texts[i] = std::move(answers[i]->body);
  }
  return texts;
}

std::string S3Records::pointer_text(const S3RecordName& name) {
  return base::Json::object().set("record", name.text()).compact() + "\n";
}

base::Result<std::vector<std::optional<S3RecordName>>> S3Records::named_by(const std::vector<std::string>& pointers,
                                                                           platform::Monotonic end) {
  const auto texts = read(pointers, end);
  if (!texts) return fail(texts.error());
  std::vector<std::optional<S3RecordName>> names(pointers.size());
  for (std::size_t i = 0; i < pointers.size(); ++i) {
    const auto json = (*texts)[i] ? base::parse_json(*(*texts)[i]) : base::Result<base::Json>();
    if (json) names[i] = parse_s3_record_name((*json)["record"].as_string());
  }
  return names;
}

base::Result<std::vector<bool>> S3Records::write(const std::vector<S3Write>& writes, platform::Monotonic end) {
  std::vector<s3::Call> calls;
  for (const auto& write : writes) {
    s3::Call call{.method = "PUT", .name = full(write.name), .body = write.text};
    if (write.write == Write::anew) call.headers = {{"if-none-match", "*"}};
    calls.push_back(std::move(call));
  }
  auto answers = calls_.send(calls, end);
  std::vector<bool> written(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto& answer = answers[i];
    const bool conditional = writes[i].write == Write::anew;
    if (answer && conditional && answer->status == kNotImplemented) {
      // The service does not know the condition: what is there is looked up just before.
      const auto there = read({writes[i].name}, end);
      if (!there) return fail(there.error());
      if (there->front()) continue;
      calls[i].headers.clear();
      answer = client_.send(calls[i], end);
    }
    if (!answer) return fail(answer.error());
    if (conditional && (answer->status == kTaken || answer->status == kConflict)) continue;
    if (!s3::is_success(*answer)) return fail(client_.error(*answer, "cannot write " + writes[i].name));
    written[i] = true;
  }
  return written;
}

base::Result<void> S3Records::remove(const std::vector<std::string>& names, platform::Monotonic end) {
  std::vector<s3::Call> calls;
  for (const auto& name : names) calls.push_back({.method = "DELETE", .name = full(name)});
  const auto answers = calls_.send(calls, end);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!answers[i]) return fail(answers[i].error());
    if (!s3::is_success(*answers[i]) && answers[i]->status != kNotThere)
      return fail(client_.error(*answers[i], "cannot remove " + names[i]));
  }
  return {};
}

}  // namespace ci::history_store
