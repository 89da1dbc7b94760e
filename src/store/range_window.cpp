#include "store/range_window.hpp"

#include <algorithm>

namespace ci::store {

void RangeWindow::retire() {
  while (!ranges_.empty() && ranges_.front().complete() && ready().empty()) {
    std::string& bytes = ranges_.front().bytes;
    bytes.clear();
    spare_.push_back(std::move(bytes));
    ranges_.pop_front();
  }
}

void RangeWindow::fill() {
  retire();
  while (!whole_ && ranges_.size() < (total_ ? at_once_ : 1)) {
    if (total_ ? next_first_ >= *total_ : next_id_ > 0) return;
    Range& range = ranges_.emplace_back();
    range.id = next_id_++;
    range.first = next_first_;
    range.length = total_ ? std::min(range_, *total_ - next_first_) : range_;
    next_first_ += *range.length;
    if (!spare_.empty()) {
      range.bytes = std::move(spare_.back());
      spare_.pop_back();
    }
    range.bytes.reserve(*range.length);
  }
}

void RangeWindow::set_total(std::uint64_t total) {
  total_ = total;
  for (Range& range : ranges_) {
    if (whole_ || (range.length && range.first + *range.length > total)) range.length = total - range.first;
  }
}

void RangeWindow::make_whole() {
  whole_ = true;
  ranges_.front().length = total_;
}

Range* RangeWindow::find(int id) {
  const auto found = std::find_if(ranges_.begin(), ranges_.end(), [&](const Range& range) { return range.id == id; });
  return found != ranges_.end() ? &*found : nullptr;
}

std::string_view RangeWindow::ready() const {
  if (ranges_.empty()) return {};
  const Range& head = ranges_.front();
  return std::string_view(head.bytes).substr(head.written);
}

void RangeWindow::taken(std::size_t count) {
  Range& head = ranges_.front();
  head.written += count;
  if (head.written < head.bytes.size() || !whole_) return;
  head.bytes.clear();
  head.written = 0;
}

bool RangeWindow::done() const {
  return total_ && ranges_.empty() && (whole_ || next_first_ >= *total_);
}

}  // namespace ci::store
