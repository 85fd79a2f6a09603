// SPDX-License-Identifier: Apache-2.0
// How many identities each account may still get (limits.identities_per_account).
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "daemon/operations/census.hpp"

namespace easydkim {

/// Not thread-safe.
class account_quota {
 public:
  /// `counts` must outlive the quota.
  explicit account_quota(const census& counts) : counts_{counts} {}

  /// `most`: 0 for no limit.
  void set_limit(std::size_t most) noexcept { most_ = most; }

  /// What is stored and what is reserved is taken already.
  std::size_t room(const std::string& account) const;

  /// Counts identities that are being written, until it ends.
  class reservation {
   public:
    reservation(account_quota& of, std::string account, std::size_t count);
    ~reservation();
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;

   private:
    std::map<std::string, std::size_t>& reserved_;
    std::string account_;
    std::size_t count_;
  };

 private:
  const census& counts_;
  std::size_t most_ = 0;
  std::map<std::string, std::size_t> reserved_;  // by account
};

}  // namespace easydkim
