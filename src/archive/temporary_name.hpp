#pragma once
// Names for files that are not complete yet.
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace ci::archive {

// Names unlike any of another run. For any number of threads.
class TemporaryNames {
 public:
  TemporaryNames();
  std::string next();

 private:
  std::string prefix_;
  std::atomic<std::uint64_t> count_ = 0;
};

// Whether `name` is one of such names, of whatever run: what has it was left by one that was killed, or is at work.
bool is_temporary_name(std::string_view name);

}  // namespace ci::archive
