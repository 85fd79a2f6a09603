// SPDX-License-Identifier: Apache-2.0
// Calls the daemon: JSON-RPC 2.0 over the control socket.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "client/connection/failure.hpp"
#include "client/connection/json_members.hpp"
#include "client/connection/line_socket.hpp"

namespace easydkim {

/// What the daemon tells without being asked.
struct notification {
  std::string method;
  json::object params;
};

/// One connection. Every member function throws `failure`: unreachable when the daemon goes away, stays
/// silent for `patience`, or answers something that is not JSON-RPC; refused when it answers an error.
class connection {
 public:
  using clock = line_socket::clock;
  static constexpr std::chrono::minutes patience{2};

  explicit connection(const std::string& path) : socket_{path} {}

  /// Calls and waits for the result, no longer than `longest`; after that nothing else can be asked.
  json::object call(std::string_view method, const json::object& params, clock::duration longest = patience);

  /// The same, and passes a file that the daemon reads or writes. Only as the first call of a connection.
  struct passed_file {
    int number = -1;
    clock::duration longest = patience;
  };
  json::object call_with_file(std::string_view method, const json::object& params, passed_file file);

  /// Sends a call; its answer comes from `next_answer`. Returns its id.
  std::uint64_t send(std::string_view method, const json::object& params);

  struct answer {
    std::uint64_t id = 0;
    json::object result{};
    std::optional<std::string> refused{};  // the daemon's sentence, instead of a result
    std::string code{};                    // and its code word
  };
  answer next_answer(clock::duration longest = patience);

  /// The next notification. Nothing when the deadline passed, or a caught signal came.
  std::optional<notification> next_notification(clock::time_point deadline);

  /// From now on SIGINT, SIGTERM and SIGHUP, unless ignored, end a wait for the daemon instead of the
  /// process.
  void catch_signals() { socket_.catch_signals(); }

 private:
  std::string next_request(std::string_view method, const json::object& params);
  json::object result_of(std::uint64_t id, clock::duration longest);
  failure not_json_rpc() const;
  json::object parsed_line() const;

  line_socket socket_;
  std::uint64_t last_id_ = 0;
  std::deque<notification> notifications_;  // that came while an answer was awaited
};

}  // namespace easydkim
