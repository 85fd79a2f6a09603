// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/faults.hpp"

#include <spdlog/spdlog.h>

#include "core/printable.hpp"

namespace easydkim {

void faults::begin(fault which, std::string_view detail, time_point now) {
  auto& place = all_[static_cast<std::size_t>(which)];
  std::string what = printable(what_of(which, detail));
  if (place) {
    place->what = std::move(what);
    return;
  }
  place = present_fault{.which = which, .since = now, .what = std::move(what)};
  const fault_row& row = row_of(which);
  spdlog::log(row.severity == fault_severity::critical ? spdlog::level::err : spdlog::level::warn,
              "{}, {} ({})", row.part, place->what, row.remedy);
  if (changed_) changed_();
}

void faults::end(fault which) {
  auto& place = all_[static_cast<std::size_t>(which)];
  if (!place) return;
  place.reset();
  spdlog::info("{}, {}", row_of(which).part, row_of(which).over);
  if (changed_) changed_();
}

void faults::follow(fault which, const std::optional<std::string>& detail, time_point now) {
  if (detail)
    begin(which, *detail, now);
  else
    end(which);
}

void faults::shift(duration step) {
  for (auto& each : all_)
    if (each) each->since += step;
}

std::vector<present_fault> faults::present() const {
  std::vector<present_fault> there;
  for (const auto& each : all_)
    if (each) there.push_back(*each);
  return there;
}

}  // namespace easydkim
