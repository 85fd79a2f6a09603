// SPDX-License-Identifier: Apache-2.0
// Issues what an owner publishes: makes a proof of a domain pending, with tokens of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "core/error.hpp"
#include "core/identity.hpp"
#include "core/store/identity_store.hpp"
#include "daemon/operations/account_quota.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/operations/identity_effects.hpp"
#include "daemon/storage/group_commit.hpp"
#include "resolver/transport/random_block.hpp"

namespace easydkim {

/// Runs on the thread of the io_context. What it is made of must outlive it.
class identity_issue {
 public:
  struct dependencies {
    identity_store& store;
    group_commit& writer;
    const identity_effects& effects;
    account_quota& quota;
    random_block& random;
    std::function<time_point()> now;
    std::string target_suffix;  // of the records that are issued
  };
  explicit identity_issue(dependencies with) : with_{std::move(with)} {}

  /// Makes the wanted proof pending, unless it is under way or verified; durable when it returns. Errors:
  /// `identity_limit`, those of the store.
  boost::asio::awaitable<result<identity>> begin(caller by, domain_name domain, proof wanted);

 private:
  issue order_of(const caller& by, domain_name domain, proof wanted);

  dependencies with_;
};

}  // namespace easydkim
