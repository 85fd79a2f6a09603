// SPDX-License-Identifier: Apache-2.0
// Finds who serves a registrable domain, by the servers of the zone above it.
//
// Problem: a resolver that is asked for NS of a domain learns the child's set, prefers it from then on, and is no
// independent witness any more; and a single server of the parent may be old or lie. Choice: the resolver is asked for
// NS of zones above the domain only, and for addresses of their servers; these are asked without recursion, drawn at
// random anew each time, and a decision needs two of them and more than half of those that answer (rule T1). Cost: one
// question an hour while polling, two a decision.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/recursive/recursor.hpp"
#include "resolver/servers/courteous_exchange.hpp"
#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/shared_work.hpp"
#include "resolver/zones/address_book.hpp"
#include "resolver/zones/delegation.hpp"
#include "resolver/zones/zone.hpp"

namespace easydkim {

/// Who serves a domain.
struct domain_servers {
  enum class outcome : std::uint8_t {
    known,               // `zone`, `servers`
    no_such_domain,      // the parent denies the domain
    disagreement,        // the parent's servers do not agree
    parent_unreachable,  // none of the parent's servers can be asked, or too few answer
    no_resolver,         // the resolver did not answer, and nothing is known from before
    busy,                // the parent's servers are asked too much already
  };
  outcome what = outcome::no_resolver;
  std::string zone;                   // the domain, or the zone above that holds it
  std::vector<std::string> servers;   // sorted
  std::vector<resource_record> glue;
  std::vector<resource_record> certain_glue;  // good for a decision
  bool is_certain = false;                    // good for a decision
  bool by_resolver = false;  // in a closed network: nobody above the domain can be asked
  bool is_delegated = true;  // false: the domain is part of the parent's zone
  bool was_asked = false;    // a server of the parent has an address that may be asked
  std::string parent;        // the zone whose servers were asked
  duration ttl{0};
  std::optional<steady_time> ready_at{};  // of `busy`
  std::vector<server_answer> answers{};   // of the parent's servers, for evidence
};

/// On the thread of its recursor. What it is made of must outlive it.
class delegation_finder {
 public:
  struct parts {
    recursor& dns;
    courteous_exchange& strangers;
    address_book& book;
    std::function<void(std::span<std::uint8_t>)> random;  // from a cryptographic generator
  };
  struct options {
    kept_for keep{};
    std::size_t max_domains = 100'000;
    bool allow_private = false;  // a closed network: the resolver may stand in for parents that there are not
    steady_clock_reader now = steady_now;
  };
  delegation_finder(parts of, options chosen);

  /// By `effort::look` what is known and not over, or one server's answer; by `effort::decide` what is younger than
  /// `keep.least` and certain, or the parent's servers are asked anew. Those who ask at the same time share it.
  boost::asio::awaitable<domain_servers> find(std::string domain, effort how, asking_manner manner = {});

  /// The next look asks anew, though not sooner than `keep.least` after the last.
  void forget(const std::string& domain);

  std::size_t size() const noexcept { return known_.size(); }

 private:
  struct entry {
    domain_servers found;
    steady_time found_at{};
    steady_time until{};
  };
  struct parent_zone;
  struct asked_parent;
  boost::asio::awaitable<domain_servers> ask(std::string domain, effort how, asking_manner manner);
  boost::asio::awaitable<parent_zone> parent_of_domain(std::string above);
  boost::asio::awaitable<domain_servers> ask_parent(std::string domain, parent_zone parent, effort how,
                                                    asking_manner manner);
  boost::asio::awaitable<void> ask_server(asked_parent& poll, std::string server, asking_manner manner);
  boost::asio::awaitable<domain_servers> by_resolver(std::string domain);
  domain_servers keep(const std::string& domain, domain_servers found, effort how);
  std::vector<std::string> shuffled(std::vector<std::string> servers);

  parts parts_;
  options options_;
  bounded_cache<entry> known_;        // by domain
  bounded_cache<entry> parents_;      // by zone: NS as the resolver gives them
  shared_work<domain_servers> under_way_;
};

}  // namespace easydkim
