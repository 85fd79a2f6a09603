// SPDX-License-Identifier: Apache-2.0
// One question to one server, for coroutines: what came, or why nothing did.
//
// Beside the `resolver`, which asks the configured servers for one record in the cheapest way, this asks any
// server for anything, once. Who may be asked, and how often, is the caller's to decide (server_courtesy).
//
// Problem: some name servers drop a question whose letters are in mixed case, or send them back changed, and
// those letters are what makes a forgery hard. Choice: a server that stays silent for half its time gets the
// question once more, in small letters; what it then says for a record, or for other servers, is asked again
// over TCP. Cost: a second question to whoever is silent.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "resolver/transport/channel_pool.hpp"
#include "resolver/transport/letter_habits.hpp"
#include "resolver/transport/random_block.hpp"
#include "resolver/transport/reply_budget.hpp"
#include "resolver/transport/steady_time.hpp"
#include "resolver/wire/dns_question.hpp"
#include "resolver/wire/dns_reply.hpp"

namespace easydkim {

struct server_question {
  server_address server;
  std::string name;  // without the last dot; "." for the root
  rr_type type{};
  question_manner manner{};
  cares_channel::transport over = cares_channel::transport::udp;
};

/// What came of a question.
struct server_reply {
  using outcome = cares_channel::reply::outcome;
  outcome what = outcome::unreachable;
  dns_question asked;
  std::vector<std::uint8_t> message;  // as it came from an authority; empty unless it can be read
  std::optional<dns_reply> content;   // nothing when it is no reply to the question
  cares_channel::transport over = cares_channel::transport::udp;
  question_manner::letters asked_in = question_manner::letters::drawn;
  bool no_route = false;  // of `unreachable`: the question could not leave this host
  std::optional<server_address> from{};  // of a resolver (recursor): who was asked
  bool was_sent = true;                  // false: there was no room for a reply, so nobody was asked
  reply_budget::share held{};            // of the memory of all replies

  /// A reply that can be read came.
  bool has_content() const noexcept { return content.has_value(); }
};

/// Puts one question to one server: a server_exchange, or what a test has in place of the network.
using one_question = std::function<boost::asio::awaitable<server_reply>(server_question)>;

/// Runs on the thread of its io_context, which must outlive it.
class server_exchange {
 public:
  struct options {
    duration timeout = std::chrono::seconds{2};  // of a try
    int tries = 1;
    std::size_t max_in_flight = 256;                  // further questions wait their turn
    std::size_t most_octets = std::size_t{32} << 20;  // of all replies alive; beyond it questions wait
    channel_pool::source_ports ports = channel_pool::source_ports::by_server;
  };

  /// `random`: fills a span from a cryptographic generator.
  server_exchange(boost::asio::io_context& io, options chosen,
                  std::function<void(std::span<std::uint8_t>)> random);

  /// Coroutines that wait for an answer are destroyed where they stand.
  ~server_exchange();
  server_exchange(const server_exchange&) = delete;
  server_exchange& operator=(const server_exchange&) = delete;

  /// Asks. A reply over UDP with other letters than were sent is asked again over TCP, as it may be forged. A
  /// truncated one, too (by c-ares). Of an authority that is silent, or changes letters and has no TCP, the
  /// reply may be to the question in small letters, over TCP where it could be had. Throws
  /// std::invalid_argument for a name that is none.
  boost::asio::awaitable<server_reply> ask(server_question what);

  std::size_t in_flight() const noexcept { return under_way_.size() + waiting_.size(); }
  std::uint64_t questions_total() const noexcept { return questions_total_; }

  /// Octets of the replies that are alive.
  std::size_t memory() const noexcept { return budget_.alive(); }

 private:
  struct pending;
  enum class patience : std::uint8_t {
    in_mixed_letters,
    and_in_small_ones,  // once more when half the time is over
  };
  boost::asio::awaitable<server_reply> ask_authority(server_question what);
  boost::asio::awaitable<server_reply> confirmed(server_question what, server_reply small);
  boost::asio::awaitable<server_reply> ask_once(server_question what,
                                                patience how = patience::in_mixed_letters);
  std::shared_ptr<pending> new_question(const server_question& what);
  void start(std::shared_ptr<pending> one);
  bool send(const std::shared_ptr<pending>& one);
  void remember(const server_address& server);
  void ask_the_silent_again();
  void end_those_without_room();
  void end_turn();
  void post_turn();
  void arm_timer();

  boost::asio::io_context& io_;
  options options_;
  random_block random_;
  std::unordered_map<const pending*, std::shared_ptr<pending>> under_way_;  // c-ares has their tickets
  std::deque<std::shared_ptr<pending>> waiting_;                            // for a channel
  std::vector<std::shared_ptr<pending>> done_;
  std::vector<server_address> recent_;
  letter_habits habits_;
  reply_budget budget_;
  std::uint64_t questions_total_ = 0;
  bool timer_armed_ = false;
  bool turn_posted_ = false;
  boost::asio::steady_timer timer_;
  const std::function<void()> after_events_{[this] { end_turn(); }};
  std::shared_ptr<void> alive_ = std::make_shared<char>();  // what is posted looks whether we are still there
  channel_pool channels_;
};

}  // namespace easydkim
