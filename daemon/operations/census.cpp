// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/census.hpp"

#include <numeric>

namespace easydkim {

void census::arrived(const identity_summary& fresh) {
  ++by_status_[static_cast<std::size_t>(fresh.dkim.status)];
  auto account = by_account_.find(fresh.account);
  if (account == by_account_.end()) account = by_account_.emplace(fresh.account, 0).first;
  ++account->second;
  if (is_signing_enabled(fresh)) ++signing_enabled_;
}

void census::changed(const identity& before, const identity& after) {
  --by_status_[static_cast<std::size_t>(before.dkim.status)];
  ++by_status_[static_cast<std::size_t>(after.dkim.status)];
  if (is_signing_enabled(before)) --signing_enabled_;
  if (is_signing_enabled(after)) ++signing_enabled_;
}

void census::left(const identity& gone) {
  --by_status_[static_cast<std::size_t>(gone.dkim.status)];
  if (is_signing_enabled(gone)) --signing_enabled_;
  const auto account = by_account_.find(gone.account);
  if (account != by_account_.end() && --account->second == 0) by_account_.erase(account);
}

std::size_t census::of_account(std::string_view account) const {
  const auto found = by_account_.find(account);
  return found == by_account_.end() ? 0 : found->second;
}

std::size_t census::all() const noexcept {
  return std::accumulate(by_status_.begin(), by_status_.end(), std::size_t{0});
}

}  // namespace easydkim
