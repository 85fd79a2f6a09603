// SPDX-License-Identifier: Apache-2.0
// Imports identities: many domains in one group, each taken or refused by itself.
//
// Problem: what costs is the index of names, whose keys come in no order: each lies in another page, which is
// copied and written. Choice: the rows of a call are written in the order of the index. Cost: the refused
// ones come in that order, too, after those whose domain or tokens are malformed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/token.hpp"
#include "daemon/operations/account_quota.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/operations/identity_effects.hpp"
#include "daemon/operations/issuable_domain.hpp"
#include "daemon/operations/operation_results.hpp"
#include "daemon/storage/group_commit.hpp"
#include "resolver/transport/random_block.hpp"

namespace easydkim {

struct import_row {
  std::string domain;
  std::optional<std::vector<std::string>> tokens;  // issued elsewhere
};

/// Runs on the thread of the io_context. What it is made of must outlive it.
class identity_import {
 public:
  struct dependencies {
    group_commit& writer;
    const identity_effects& effects;
    account_quota& quota;
    random_block& random;
    std::function<time_point()> now;
  };
  explicit identity_import(dependencies with) : with_{std::move(with)} {}

  /// Durable when it returns. `rules` are read before the first wait only. Errors: those of the store; a row
  /// that is refused stands in the summary.
  boost::asio::awaitable<result<import_summary>> import(caller by, std::vector<import_row> rows,
                                                        domain_rules rules);

 private:
  token_set fresh_tokens();

  dependencies with_;
};

}  // namespace easydkim
