// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/account_quota.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace easydkim {

std::size_t account_quota::room(const std::string& account) const {
  if (most_ == 0) return SIZE_MAX;
  const auto reserved = reserved_->find(account);
  const std::size_t taken =
      counts_.of_account(account) + (reserved == reserved_->end() ? 0 : reserved->second);
  return most_ - std::min(taken, most_);
}

account_quota::reservation::reservation(account_quota& of, std::string account, std::size_t count)
    : reserved_{of.reserved_}, account_{std::move(account)}, count_{count} {
  (*reserved_)[account_] += count_;
}

account_quota::reservation::~reservation() {
  if (((*reserved_)[account_] -= count_) == 0) reserved_->erase(account_);
}

}  // namespace easydkim
