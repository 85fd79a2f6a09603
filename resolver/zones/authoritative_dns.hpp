// SPDX-License-Identifier: Apache-2.0
// Everything that asks the name servers of domains, put together: finding the zone, courtesy, and what to do
// when they cannot be asked.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/recursive/recursor.hpp"
#include "resolver/servers/address_families.hpp"
#include "resolver/servers/courteous_exchange.hpp"
#include "resolver/servers/port_53.hpp"
#include "resolver/servers/server_courtesy.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/zones/address_book.hpp"
#include "resolver/zones/authority.hpp"
#include "resolver/zones/delegation_finder.hpp"
#include "resolver/zones/dns_view.hpp"
#include "resolver/zones/record_look.hpp"
#include "resolver/zones/root_canary.hpp"
#include "resolver/zones/zone_finder.hpp"
#include "resolver/zones/zone_look.hpp"

namespace easydkim {

/// On the thread of its io_context, which must outlive it.
class authoritative_dns {
 public:
  struct options {
    std::vector<server_address> servers;      // the resolver's
    server_exchange::options to_resolver{};   // how it is asked
    server_exchange::options to_strangers{};  // how name servers are asked
    server_courtesy::options courtesy{};
    kept_for keep{};
    std::size_t max_zones = 100'000;
    bool allow_private = false;
  };
  struct hooks {
    std::function<time_point()> now;                           // the wall clock
    std::function<void(std::span<std::uint8_t>)> random;       // from a cryptographic generator
    std::function<std::string(std::string_view)> registrable;  // domain, by the public suffix list
    std::function<void(bool answered)> resolver_was_asked;     // for its health
    std::function<bool()> resolver_answers;                    // what is known of it
    std::function<void()> port_53_changed{};                   // its state; may be empty
    lookup_gate* gate = nullptr;                               // every question goes through it
  };
  authoritative_dns(boost::asio::io_context& io, options chosen, hooks to_daemon);
  authoritative_dns(const authoritative_dns&) = delete;
  authoritative_dns& operator=(const authoritative_dns&) = delete;

  /// Asks the servers of the domain's zone for a record, or says who else is to be asked.
  boost::asio::awaitable<zone_look> look(look_order order);

  /// The same servers, the resolver and the zones, for a diagnosis: it, or the check before it, began at `began`, and
  /// no server that was silent since then is asked once more. A view: this must outlive it.
  dns_view view(steady_time began);

  /// At least two of the zone's servers can be asked from here, or all that have an address.
  bool reaches(const zone& where) const { return !is_out_of_reach(where); }

  /// Further questions to the resolver go to these.
  void set_servers(std::vector<server_address> servers) { recursor_.set_servers(std::move(servers)); }

  port_53::state port() const noexcept { return port_.now(); }

  /// Nobody but the resolver can be asked: the port is blocked, or diverted.
  bool port_leads_nowhere() const noexcept { return port_.leads_nowhere(); }

  /// False for a family whose servers are not to be asked, because this host does not reach any of them; true
  /// once a minute all the same, so that the end of that is noticed.
  bool can_ask(address_family which) { return families_.may_try(which, steady_now()); }

  /// Why servers of a family cannot be asked; nothing while they can. Looks at the route anew.
  std::optional<std::string> why_not(address_family which);
  std::uint64_t questions_total() const noexcept {
    return to_resolver_.questions_total() + to_strangers_.questions_total();
  }
  std::size_t in_flight() const noexcept { return to_resolver_.in_flight() + to_strangers_.in_flight(); }

 private:
  boost::asio::awaitable<zone_look> look_at_servers(look_order order);
  boost::asio::awaitable<void> was_silent();
  void tell_of_port();
  boost::asio::awaitable<void> doubt_who_answers();
  bool is_out_of_reach(const zone& where) const;
  void heard(const server_address& server, std::string_view zone, const server_reply& reply);
  boost::asio::awaitable<zone_search> find_zone(std::string domain, steady_time began);
  boost::asio::awaitable<std::vector<server_answer>> ask_servers(const zone& of, zone_question what);

  hooks hooks_;
  port_53 port_;
  port_53::state port_was_ = port_53::state::unknown;  // when it was last told of
  address_families families_;
  std::uint64_t without_route_ = 0;  // questions that could not leave this host
  server_courtesy courtesy_;
  server_exchange to_resolver_;
  server_exchange to_strangers_;
  recursor recursor_;
  address_book book_;
  courteous_exchange strangers_;
  root_canary root_;
  authority authority_;
  delegation_finder delegations_;
  zone_finder zones_;
  record_looker looker_;
};

}  // namespace easydkim
