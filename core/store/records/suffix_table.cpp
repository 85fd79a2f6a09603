// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/suffix_table.hpp"

#include <algorithm>

namespace easydkim {

suffix_table::suffix_table(std::vector<std::string> texts, number of_before)
    : of_number_{std::move(texts)}, of_before_{of_before} {
  of_number_.insert(of_number_.begin(), std::string{});
  if (of_before_ >= of_number_.size()) of_before_ = 0;
}

/// There are a few of them.
std::optional<suffix_table::number> suffix_table::number_of(std::string_view suffix) const noexcept {
  const auto found = std::ranges::find(of_number_, suffix);
  if (found == of_number_.end()) return std::nullopt;
  return static_cast<number>(found - of_number_.begin());
}

std::optional<std::string_view> suffix_table::text_of(number given) const noexcept {
  if (given >= of_number_.size()) return std::nullopt;
  return of_number_[given];
}

}  // namespace easydkim
