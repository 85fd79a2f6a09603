// SPDX-License-Identifier: Apache-2.0
// How many identities each account may still get (limits.identities_per_account).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "daemon/operations/census.hpp"

namespace easydkim {

/// Not thread-safe.
class account_quota {
  using counts_of_accounts = std::map<std::string, std::size_t>;

 public:
  /// `counts` must outlive the quota.
  explicit account_quota(const census& counts) : counts_{counts} {}

  /// `most`: 0 for no limit.
  void set_limit(std::size_t most) noexcept { most_ = most; }

  /// What is stored and what is reserved is taken already.
  std::size_t room(const std::string& account) const;

  /// Counts identities that are being written, until it ends; that may be after the quota, when a daemon ends
  /// with requests under way.
  class reservation {
   public:
    reservation(account_quota& of, std::string account, std::size_t count);
    ~reservation();
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;

   private:
    std::shared_ptr<counts_of_accounts> reserved_;
    std::string account_;
    std::size_t count_;
  };

 private:
  const census& counts_;
  std::size_t most_ = 0;
  std::shared_ptr<counts_of_accounts> reserved_ = std::make_shared<counts_of_accounts>();
};

}  // namespace easydkim
