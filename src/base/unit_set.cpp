#include "base/unit_set.hpp"

#include <algorithm>

namespace ci::base {

std::optional<UnitSet> UnitSet::read(std::u16string_view body, bool literal_start) {
  UnitSet set;
  if (!literal_start && body.starts_with(u'^')) {
    set.negated_ = true;
    body.remove_prefix(1);
  }
  while (!body.empty()) {
    const bool range = body.size() >= 3 && body[1] == u'-';
    const Range next{body[0], range ? body[2] : body[0]};
    if (next.first > next.last) return std::nullopt;
    set.ranges_.push_back(next);
    body.remove_prefix(range ? 3 : 1);
  }
  return set;
}

bool UnitSet::contains(char16_t unit) const {
  const bool listed = std::any_of(ranges_.begin(), ranges_.end(),
                                  [unit](const Range& range) { return unit >= range.first && unit <= range.last; });
  return listed != negated_;
}

}  // namespace ci::base
