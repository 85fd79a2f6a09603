// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/rate_limit.hpp"

#include <algorithm>

namespace easydkim {

bool rate_limit::admit(std::string_view account, time_point now) {
  if (per_second_ <= 0) return true;
  if (accounts_.size() > forget_above_) forget_rested(now);
  return accounts_[std::string{account}].take(per_second_, now).has_value();
}

void rate_limit::forget_rested(time_point now) {
  std::erase_if(accounts_, [&](const auto& each) { return each.second.are_whole(now); });
  forget_above_ = std::max<std::size_t>(1024, accounts_.size() * 2);
}

}  // namespace easydkim
