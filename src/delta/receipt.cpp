#include "delta/receipt.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "archive/reader.hpp"
#include "archive/writer.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using base::Json;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kStaged = "receipt-";  // begins the name of one that is not true yet; its own name follows

class TextSink final : public archive::ByteSink {
 public:
  base::Result<void> write(std::string_view bytes) override {
    text.append(bytes);
    return {};
  }
  std::string text;
};

// Makes `folder`, open to everybody's eyes, and leaves the time of its parent as it was.
base::Result<void> make_quietly(const fs::path& folder) {
  const auto parent = folder.parent_path();
  struct stat before {};
  const bool known = ::stat(parent.c_str(), &before) == 0;
  if (::mkdir(folder.c_str(), 0755) != 0) {
    if (errno == EEXIST) return {};
    return fail(platform::system_error("cannot make", folder, errno));
  }
  std::error_code ignored;
  fs::permissions(folder, fs::perms(0755), ignored);  // whatever the umask
  const std::array<timespec, 2> times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, before.st_mtim};
  if (known) ::utimensat(AT_FDCWD, parent.c_str(), times.data(), 0);
  return {};
}

base::Result<std::string> text_of(const Receipt& receipt) {
  const auto text = Json::object()
                        .set("receipt", kVersion)
                        .set("packages", base::texts_json(receipt.packages))
                        .set("entry", receipt.entry)
                        .set("made", base::to_rfc3339(receipt.made))
                        .compact();
  TextSink sink;
  const archive::ArchiveListing listing{{receipt.listing.head.roots, text}, receipt.listing.members};
  if (auto written = archive::write_listing(sink, listing); !written) return fail(written.error());
  return std::move(sink.text);
}

base::Result<void> make_receipts_folder(const fs::path& root) {
  const fs::path folder = root / kReceiptsFolder;
  if (auto made = make_quietly(folder.parent_path()); !made) return made;
  return make_quietly(folder);
}

base::Result<Receipt> read_receipt(const fs::path& file) {
  const platform::FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor) return fail(platform::system_error("cannot open", file, errno));
  auto listing = archive::read_listing(descriptor.get());
  if (!listing) return fail(listing.error().within("cannot read " + file.string()));
  const auto head = base::parse_json(listing->head.text);
  if (!head) return fail(head.error().within("cannot read " + file.string()));
  const auto made = base::parse_rfc3339((*head)["made"].as_string());
  if ((*head)["receipt"].as_integer() != kVersion || !made) {
    return fail(ErrorKind::data, file.string() + " is no receipt that this version knows");
  }
  Receipt receipt;
  receipt.packages = base::texts_in((*head)["packages"]);
  receipt.entry = (*head)["entry"].as_string();
  receipt.made = *made;
  receipt.listing = std::move(*listing);
  return receipt;
}

}  // namespace

std::string receipt_name(std::vector<std::string> packages) {
  constexpr std::size_t kShown = 16;
  std::sort(packages.begin(), packages.end());
  return base::hex(base::sha256(base::join(packages, "\n"))).substr(0, kShown);
}

void expect_rebuilt(const fs::path& root, const std::vector<std::string>& rebuilt, archive::ArchiveListing& listing) {
  for (const auto& path : rebuilt) {
    const auto text = platform::read_file(root.string() + path);
    std::erase_if(listing.members, [&](archive::Member& member) {
      if (member.root != 0 || member.path != path.substr(1)) return false;
      if (text) {
        member.size = text->size();
        member.digest = base::sha256(*text);
      }
      return !text;  // nothing can be said of it
    });
  }
}

base::Result<void> write_receipt(const fs::path& root, const Receipt& receipt) {
  const auto text = text_of(receipt);
  if (!text) return fail(text.error());
  if (auto made = make_receipts_folder(root); !made) return made;
  return platform::write_public_file(root / kReceiptsFolder / receipt_name(receipt.packages), *text);
}

base::Result<void> stage_receipt(const fs::path& folder, const Receipt& receipt) {
  const auto text = text_of(receipt);
  if (!text) return fail(text.error());
  return platform::write_public_file(folder / (std::string(kStaged) + receipt_name(receipt.packages)), *text);
}

base::Result<void> keep_staged_receipt(const fs::path& root, const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const auto name = file->path().filename().string();
    if (!name.starts_with(kStaged)) continue;
    if (auto made = make_receipts_folder(root); !made) return made;
    const fs::path kept = root / kReceiptsFolder / name.substr(kStaged.size());
    if (::rename(file->path().c_str(), kept.c_str()) == 0) return {};
    if (errno != EXDEV) return fail(platform::system_error("cannot write", kept, errno));
    const auto text = platform::read_file(file->path());
    if (!text) return fail(text.error());
    return platform::write_public_file(kept, *text);
  }
  return {};
}

base::Result<std::vector<Receipt>> read_receipts(const fs::path& root) {
  std::vector<Receipt> receipts;
  std::error_code error;
  for (fs::directory_iterator file(root / kReceiptsFolder, error), end; !error && file != end; file.increment(error)) {
    if (file->path().filename().string().starts_with('.')) continue;  // being written
    auto receipt = read_receipt(file->path());
    if (!receipt) return fail(receipt.error());
    receipts.push_back(std::move(*receipt));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(platform::system_error("cannot list", root / kReceiptsFolder, error.value()));
  }
  std::sort(receipts.begin(), receipts.end(), [](const Receipt& a, const Receipt& b) { return a.made < b.made; });
  return receipts;
}

}  // namespace ci::delta
