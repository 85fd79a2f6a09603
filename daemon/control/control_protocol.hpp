// SPDX-License-Identifier: Apache-2.0
// The language of the control socket: JSON-RPC 2.0, one JSON value a line, params by name.
//
// Translates only: what a method does stands in operations. Nothing here knows of sockets, so a fuzzer feeds
// it. https://www.jsonrpc.org/specification
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "daemon/monitoring/request_tally.hpp"
#include "daemon/operations/change_feed.hpp"
#include "posix/file_handle.hpp"

namespace easydkim {

class operations;
class store_upkeep;

/// What a control connection offers beside the operations.
struct control_services {
  easydkim::operations& operations;
  store_upkeep& upkeep;
  std::function<boost::json::object()> status;  // the object of the status file
  request_tally& requests;
};

/// What a request may do with the connection that it came over.
struct control_caller {
  /// The user of this machine that asks.
  std::uint32_t uid;

  /// Makes it a watcher of changes: those of one account, or of all. One sentence when it may not be one.
  std::function<std::optional<std::string>(std::optional<std::string> account)> watch;

  /// Gives away the file that the client passed (passed_file.hpp); an empty one when it did not.
  std::function<file_handle()> passed_file;

  /// Counts a check that the connection asks for: how long it is to wait first, or nothing when it comes too
  /// soon. Empty: nothing limits them.
  std::function<std::optional<duration>()> turn_of_check{};

  /// Asks for a stop when the client has gone, and nobody waits for the answer.
  std::stop_token gone;
};

/// Answers one request line.
/// `line`: without its LF; copied.
/// Returns the answer, one line without LF; empty when there is nothing to answer (notifications).
/// Never throws for bad input: that is answered.
boost::asio::awaitable<std::string> answer_control_line(const control_services& services, std::string line,
                                                        control_caller caller);

/// The answer to a line of more than the allowed length.
std::string answer_to_oversized_line(std::size_t longest);

/// The answer to a client that comes when all connections are taken, and when its uid has its `share` of
/// them.
std::string answer_to_one_too_many();
std::string answer_beyond_the_share(std::uint32_t uid, std::size_t share);

/// The notification `IdentityStatusChanged`, of the TXT proof `DomainVerificationStatusChanged`, or
/// `IdentitySigningChanged`, one line without LF.
std::string change_notification(const identity_change& change);
std::string change_notification(const signing_change& change);

}  // namespace easydkim
