// The language of the control socket: JSON-RPC 2.0, one JSON value a line, params by name.
//
// Translates only: what a method does stands in operations. Nothing here knows of sockets, so a fuzzer feeds
// it. https://www.jsonrpc.org/specification
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/change_feed.hpp"
#include "daemon/operations.hpp"
#include "daemon/request_tally.hpp"

namespace easydkim {

/// What a control connection offers beside the operations.
struct control_services {
  operations& run;
  std::function<boost::json::object()> status;  // the object of the status file
  request_tally& requests;
};

/// Makes the caller's connection a watcher of status changes: those of one account, or of all.
using watch_order = std::function<void(std::optional<std::string> account)>;

/// Answers one request line.
/// `line`: without its LF; copied.
/// Returns the answer, one line without LF; empty when there is nothing to answer (notifications).
/// Never throws for bad input: that is answered.
boost::asio::awaitable<std::string> answer_control_line(const control_services& services, std::string line,
                                                        watch_order watch);

/// The answer to a line of more than the allowed length.
std::string answer_to_oversized_line(std::size_t longest);

/// The answer to a client that comes when all connections are taken.
std::string answer_to_one_too_many();

/// The notification `IdentityStatusChanged`, or of the TXT proof `DomainVerificationStatusChanged`, one line
/// without LF.
std::string change_notification(const identity_change& change);

}  // namespace easydkim
