// SPDX-License-Identifier: Apache-2.0
// So many calls a second for each account, as SES limits VerifyDomainDkim.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/time_point.hpp"
#include "daemon/operations/turns.hpp"

namespace easydkim {

/// Not thread-safe. Remembers an account until its allowance is whole again.
class rate_limit {
 public:
  /// `per_second`: 0 for no limit.
  explicit rate_limit(double per_second) noexcept : per_second_{per_second} {}

  /// Counts a call of `account`; false when it comes too soon, and then it does not count.
  bool admit(std::string_view account, time_point now);

  void set_rate(double per_second) noexcept { per_second_ = per_second; }

 private:
  void forget_rested(time_point now);

  double per_second_;
  std::unordered_map<std::string, turns<time_point>> accounts_;
  std::size_t forget_above_ = 1024;
};

}  // namespace easydkim
