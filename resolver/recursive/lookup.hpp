// SPDX-License-Identifier: Apache-2.0
// One question to the DNS, from the caller's point of view: start it, and be told what was seen.
//
// Here lies what c-ares does not do: a second server after one that gave no answer, TCP after an answer in
// other letter case, fresh ids and letters for each try of a server, and the order of events that keeps
// callers out of c-ares' callbacks: `done` only takes note, and further lookups start in `turn_done`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/finding.hpp"
#include "core/time_point.hpp"
#include "resolver/transport/cares_channel.hpp"
#include "resolver/transport/channel_pool.hpp"
#include "resolver/transport/random_block.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/wire/dns_answer.hpp"
#include "resolver/wire/dns_question.hpp"

namespace easydkim {

class resolver;

/// Lives in the caller, at one place, from `start` until `done` was called; so does what it views.
struct lookup {
  using target = expectation::target;
  using transport = expectation::transport;

  std::string_view label;   // a token, or a label that nobody was given; or the prefix of the TXT record
  std::string_view domain;  // LABEL._domainkey.DOMAIN CNAME is asked for, or LABEL.DOMAIN TXT
  std::string_view suffix{};  // the CNAME must point to LABEL.SUFFIX; empty: resolver_options::target_suffix
  target expected = target::exact;
  std::string_view text{};  // for target::text: what a TXT record must say
  transport over = transport::udp;

  const finding* known = nullptr;  // the reply is kept when it shows something else than this; null: never

  finding seen{};                     // the result
  bool authenticated = false;         // of the reply: AD=1
  std::vector<std::uint8_t> reply{};  // where it is kept; empty without an answer
  void (*done)(lookup&) = nullptr;  // called once, from the event loop or inside `start`; must only take note
  void* context = nullptr;          // the caller's

  /// The resolver's, while the lookup is under way.
  struct progress {
    resolver* owner = nullptr;
    dns_question question;
    cares_channel::ticket ticket;
    transport over = transport::udp;  // of the present try
    std::size_t server = 0;           // which one is asked
    std::size_t servers_tried = 0;
    unsigned generation = 0;  // of the list of servers
    lookup* next = nullptr;   // in a queue
  } state{};
};

struct resolver_options {
  using source_ports = channel_pool::source_ports;

  std::vector<server_address>
      servers;  // asked in this order until one has answered; that one is asked first next
  std::string target_suffix;
  duration timeout = std::chrono::seconds{2};  // of the first try; each further one waits twice as long
  int tries = 3;                               // of each server
  std::size_t max_in_flight = 1000;
  source_ports ports = source_ports::by_server;
  std::size_t questions_a_port =
      65'536;  // a shared port that serves for longer is worth finding out for a forger
};

/// Runs on the thread of its io_context, which must outlive it; every call must come from there.
class resolver {
 public:
  /// `random`: fills a span from a cryptographic generator. `turn_done`: called once after each batch of
  /// events in which lookups were done; lookups may be started there, the resolver must not be destroyed
  /// there.
  resolver(boost::asio::io_context& io, resolver_options chosen,
           std::function<void(std::span<std::uint8_t>)> random, std::function<void()> turn_done);

  /// Lookups under way are dropped: their `done` is not called, and they are not touched any more.
  ~resolver();
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;

  /// Begins `request`. Not to be called inside `done`.
  void start(lookup& request);

  /// Further lookups go to these servers. One that is under way ends with the server that it waits for, or
  /// goes on with the new ones when that one stays silent.
  void set_servers(std::vector<server_address> servers);

  /// "192.0.2.53:53": which server `ended` was answered by, or asked last. Empty when the servers were
  /// changed since.
  std::string server_of(const lookup& ended) const;

  /// Drives the time-outs: to be called every 50 to 100 ms while lookups are in flight.
  void tick();

  std::size_t in_flight() const noexcept { return in_flight_; }
  std::uint64_t lookups_total() const noexcept { return lookups_total_; }

  /// Replies that came while the kernel had no room for them.
  std::uint64_t dropped_total() const noexcept { return channels_.dropped_total(); }

 private:
  /// Lookups in a row, linked through themselves.
  class queue {
   public:
    bool empty() const noexcept { return first_ == nullptr; }
    void push(lookup& last) noexcept;
    lookup& pop() noexcept { return *std::exchange(first_, first_->state.next); }
    void push_front(lookup& first) noexcept;

   private:
    lookup* first_ = nullptr;
    lookup* last_ = nullptr;
  };

  void choose_first_server(lookup& request);
  void ask(lookup& request);
  bool send(lookup& request);
  void answered(lookup& request, const cares_channel::reply& got);
  void weigh(lookup& request, finding seen);
  void finish(lookup& request);
  void end_turn();
  void post_turn();

  boost::asio::io_context& io_;
  resolver_options options_;
  random_block random_;
  std::function<void()> turn_done_;
  const std::function<void()> after_events_{[this] { end_turn(); }};

  std::size_t preferred_ = 0;  // the server that answered last
  unsigned generation_ = 0;
  std::size_t in_flight_ = 0;
  std::uint64_t lookups_total_ = 0;
  queue again_;    // to be asked once more when c-ares has returned
  queue waiting_;  // for a channel
  bool some_done_ = false;
  bool turning_ = false;  // `end_turn` runs, and will send what is started meanwhile
  bool turn_posted_ = false;
  std::shared_ptr<void> alive_ = std::make_shared<char>();  // what is posted looks whether we are still there
  channel_pool channels_;
};

}  // namespace easydkim
