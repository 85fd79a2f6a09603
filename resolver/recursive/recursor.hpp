// SPDX-License-Identifier: Apache-2.0
// Asks the configured resolver servers for anything, and takes the next one when one gives no answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "resolver/transport/lookup_gate.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// What a recursor knows of the world around it.
struct recursor_hooks {
  std::function<void(bool answered)>
      asked;                        // after each question: what resolver_health is told; may be empty
  std::function<bool()> answers{};  // while it is false, polls ask once a second only; may be empty
  lookup_gate* gate = nullptr;      // every question goes through it; none: nothing limits them
};

/// On the thread of its exchange, which must outlive it.
class recursor {
 public:
  using hooks = recursor_hooks;

  /// Time-out and tries are those of the exchange.
  recursor(one_question ask, std::vector<server_address> servers, hooks told = {});
  recursor(server_exchange& exchange, std::vector<server_address> servers, hooks told = {});

  /// The first answer (NOERROR or NXDOMAIN) of a server; or else the most telling of what was no answer.
  /// Unreachable at once when they are known to be ill, no person waits, and one was asked within a second.
  boost::asio::awaitable<server_reply> ask(std::string name, rr_type type, question_manner manner = {});

  /// Further questions go to these.
  void set_servers(std::vector<server_address> servers);

 private:
  bool may_try();

  one_question ask_;
  std::vector<server_address> servers_;
  hooks hooks_;
  steady_time next_try_{};     // of a poll, while they are ill
  std::size_t preferred_ = 0;  // the server that answered last
};

/// NOERROR or NXDOMAIN: the name was looked at.
bool is_answer(const server_reply& reply) noexcept;

}  // namespace easydkim
