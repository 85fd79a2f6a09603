// SPDX-License-Identifier: Apache-2.0
// The parts of a daemon that keep identities, poll them and do what users ask, wired to each other: those of
// the service, and those of the tests that leave out its sockets.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>

#include "core/store/identity_store.hpp"
#include "daemon/operations/census.hpp"
#include "daemon/operations/change_feed.hpp"
#include "daemon/operations/identity_effects.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/operations/settlement.hpp"
#include "daemon/storage/group_commit.hpp"
#include "daemon/storage/store_upkeep.hpp"
#include "daemon/storage/suffix_census.hpp"
#include "resolver/polling/poller.hpp"

namespace easydkim {

/// Lives on the thread of its io_context, which must outlive it.
struct daemon_parts {
  /// What the operator sets.
  struct options {
    std::filesystem::path store;  // its directory
    std::uint64_t store_size = 0;
    poller::options polling;  // with the rules and the names of records
    operation_limits limits;
  };

  /// What the parts use of the world around them.
  struct dependencies {
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;           // from a cryptographic generator
    std::function<void(std::span<std::uint8_t>)> random_labels{};  // of the poller; empty: `random`
    std::function<void(std::exception_ptr)> broken;                // the store cannot be used any more

    // The poller's hooks; an empty `settle` is that of the settlement.
    decltype(poller::hooks::look_at_zone) look_at_zone{};
    decltype(poller::hooks::examine) examine{};
    decltype(poller::hooks::settle) settle{};
    decltype(poller::hooks::confirmation_ended) confirmation_ended{};

    decltype(operations::dependencies::inspect) inspect{};
  };

  /// Opens the store; throws `store_unusable`.
  daemon_parts(boost::asio::io_context& io, const options& chosen, dependencies around);
  daemon_parts(const daemon_parts&) = delete;
  daemon_parts& operator=(const daemon_parts&) = delete;

  /// Rebuilds what is not on disk: the counts and the queue.
  void read_identities();

  /// "'example.com' and 2 others, issued with 'dkim.example.org'", for those whose target suffix is neither
  /// the configured one nor one of `former`; nothing where there are none.
  std::optional<std::string> other_suffixes(std::span<const std::string> former) const;

  /// Polls no more, and makes durable what was acknowledged. Then nothing may be asked of the parts.
  void finish();

  dependencies around;
  identity_store store;
  census counts;
  suffix_census suffixes;  // as they were at the start
  change_feed feed;
  group_commit writer;
  poller polling;
  identity_effects effects;
  easydkim::settlement settlement;
  easydkim::operations operations;
  store_upkeep upkeep;

 private:
  poller::hooks hooks_of_poller();
};

}  // namespace easydkim
