// SPDX-License-Identifier: Apache-2.0
// Asks strangers' name servers, with the courtesy that they are owed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "resolver/servers/server_courtesy.hpp"
#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/lookup_gate.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// What there is to know of a server of `zone` from its reply.
enum class standing : std::uint8_t {
  silent,       // no reply that can be read
  responsible,  // AA, and NOERROR or NXDOMAIN
  delegates,    // points to servers of a zone below
  lame,         // REFUSED, SERVFAIL, no AA, pointing elsewhere or upwards
};
standing standing_of(const server_reply& reply, std::string_view zone);

/// How long a question waits for a busy server, and whether it is asked although it rests.
struct asking_manner {
  static constexpr duration of_a_poll = std::chrono::seconds{2};    // it comes again anyway
  static constexpr duration of_a_check = std::chrono::seconds{10};  // somebody waits, too
  static constexpr duration of_a_diagnosis = std::chrono::seconds{30};

  duration longest_wait = of_a_poll;
  bool also_at_rest = false;  // also a server that was silent, or lame, before
  steady_time began{};        // of the whole: a server that was silent since then is not asked once more
  steady_time ends{};         // of the whole: nobody waits beyond it; zero: it has no end
};

/// On the thread of its exchange. What it is made of must outlive it.
class courteous_exchange {
 public:
  struct hooks {
    std::function<void()> answered;                     // some server did; may be empty
    std::function<void(const server_address&)> silent;  // it did not; may be empty
    /// Every reply, or what stands for one that did not come; may be empty.
    std::function<void(const server_address&, std::string_view zone, const server_reply&)> ended{};
    steady_clock_reader now = steady_now;
    std::function<boost::asio::awaitable<void>(duration)> pause{};  // by the same clock; empty: a timer
    lookup_gate* gate = nullptr;  // every question goes through it; none: nothing limits them
  };
  courteous_exchange(one_question ask, server_courtesy& courtesy, hooks told);
  courteous_exchange(server_exchange& exchange, server_courtesy& courtesy, hooks told);

  /// True when `ask` would not ask it, because it was silent or lame, and not just busy: before, or since the whole
  /// began.
  bool leaves_alone(const server_address& server, std::string_view zone, const asking_manner& manner);

  /// Asks, when the server may be asked about `zone` in time; else nothing.
  boost::asio::awaitable<std::optional<server_reply>> ask(server_question what, std::string zone,
                                                          asking_manner manner = {});

  /// Why a server is left alone for `zone`: the response code of its last reply, when that did not count ("NOERROR":
  /// without authority), or "TIMEOUT". Empty: not known.
  std::string last_failure(const server_address& server, std::string_view zone);

  server_courtesy& courtesy() noexcept { return courtesy_; }
  steady_time now() const { return hooks_.now(); }

 private:
  static constexpr std::size_t most_failures = 10'000;

  boost::asio::awaitable<void> pause(duration span);
  bool was_silent_in(const server_address& server, const asking_manner& manner);
  void note(const server_address& server, std::string_view zone, const server_reply& reply);

  one_question ask_;
  server_courtesy& courtesy_;
  hooks hooks_;
  bounded_cache<std::string> failures_{most_failures};  // by address and zone
};

}  // namespace easydkim
