#include "report/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace ci::report {
namespace {

struct Fitted {
  std::size_t rows = 0;
  bool shown = false;
};

std::string cut_note(const Section& section, std::size_t kept) {
  return fmt::format("\n_{} of {} rows of \"{}\" were cut to fit; the record has them all._\n",
                     section.rows.size() - kept, section.rows.size(), section.name);
}

// Takes the space of as many rows as fit from `space`.
Fitted fit_section(const Section& section, std::size_t& space) {
  const std::size_t note = cut_note(section, 0).size();
  const std::size_t frame = section.head.size() + section.tail.size() + note;
  if (frame > space) return {};
  space -= frame;
  Fitted fitted{0, true};
  for (const auto& row : section.rows) {
    if (row.size() > space) break;
    space -= row.size();
    ++fitted.rows;
  }
  return fitted;
}

}  // namespace

std::string fit(const std::vector<Section>& sections, std::size_t budget) {
  std::vector<std::size_t> order(sections.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sections[a].priority < sections[b].priority; });
  std::vector<Fitted> fitted(sections.size());
  std::size_t space = budget;
  for (const std::size_t i : order) fitted[i] = fit_section(sections[i], space);

  std::string page;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    if (!fitted[i].shown) continue;
    page += section.head;
    for (std::size_t row = 0; row < fitted[i].rows; ++row) page += section.rows[row];
    page += section.tail;
    if (fitted[i].rows < section.rows.size()) page += cut_note(section, fitted[i].rows);
  }
  return page;
}

}  // namespace ci::report
