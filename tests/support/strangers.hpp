// SPDX-License-Identifier: Apache-2.0
// A small Internet for tests: name servers at addresses of their own, a resolver, and what asks them.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "resolver/wire/name_text.hpp"
#include "resolver/wire/name_text.hpp"
#include "resolver/zones/authority.hpp"
#include "resolver/zones/record_look.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/scripted_records.hpp"

namespace easydkim::tests {

/// Server names in text are replaced by their addresses: "$ns1". A port of 53 on 127.0.0.0/8 needs root.
class strangers {
 public:
  strangers() { resolve(""); }

  /// The address of a server, drawn when it is first spoken of.
  std::string address(const std::string& server) {
    static std::mt19937 generator{std::random_device{}()};
    std::string& known = addresses_[server];
    if (known.empty()) {
      const auto number = static_cast<std::uint32_t>(0x7F100000U + generator() % 0xE00000U);
      known = boost::asio::ip::address_v4{number}.to_string();
    }
    return known;
  }

  std::string filled(std::string text) {
    for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at)) {
      std::size_t end = at + 1;
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
      text.replace(at, end - at, address(text.substr(at + 1, end - at - 1)));
    }
    return text;
  }

  /// The zones of a server.
  void serve(const std::string& server, const std::string& zones) {
    act(server, scripted_records::parse(scripted_records::role::authority, filled(zones)).behaviour());
  }
  void act(const std::string& server, dns_behaviour behaviour) {
    auto& known = servers_[server];
    if (known)
      known->behave(std::move(behaviour));
    else
      known = std::make_unique<scripted_dns_server>(
          std::move(behaviour), server_address{boost::asio::ip::make_address(address(server))});
  }
  void mode(const std::string& server, std::string_view name) { act(server, behaviour(name, {})); }

  /// A parent zone on `count` servers, "parent1", "parent2" ..., whose hosts are parent1.nic.ZONE and so on.
  /// All hold `records`: delegations, their glue, and hosts that no zone of their own has. The resolver says
  /// who they are, beside what `resolve` lets it know. A later call takes the place of an earlier one.
  void serve_parent(const std::string& parent_zone, std::size_t count, const std::string& records) {
    parent_zone_ = parent_zone;
    parent_servers_.clear();
    for (std::size_t i = 1; i <= count; ++i) {
      const std::string server = "parent" + std::to_string(i);
      const std::string host = server + ".nic." + parent_zone;
      parent_servers_ += parent_zone + " NS " + host + "\n" + host + " A $" + server + "\n";
    }
    for (std::size_t i = 1; i <= count; ++i) parent_says("parent" + std::to_string(i), records);
    resolve(known_);
  }
  /// Lets one of them hold other records than the rest; `act` and `mode` let it do anything else.
  void parent_says(const std::string& server, const std::string& records) {
    serve(server, parent_zone_ + " SOA 1\n" + parent_servers_ + records);
  }

  /// What the resolver knows.
  void resolve(const std::string& records) {
    known_ = records;
    dns_behaviour act =
        scripted_records::parse(scripted_records::role::resolver, filled(parent_servers_ + records))
            .behaviour();
    if (resolver_)
      resolver_->behave(std::move(act));
    else
      resolver_ = std::make_unique<scripted_dns_server>(std::move(act));
  }
  /// A server that the test runs itself.
  void know(const std::string& server, std::string at) { addresses_[server] = std::move(at); }

  scripted_dns_server& resolver_server() { return *resolver_; }
  scripted_dns_server& server(const std::string& name) { return *servers_.at(name); }

  /// "NAME TYPE" of each question that the resolver was asked.
  std::vector<std::string> asked_of_resolver() const { return asked_of(*resolver_); }
  std::vector<std::string> asked_of(const std::string& name) const { return asked_of(*servers_.at(name)); }

  template <class result>
  result run(boost::asio::awaitable<result> work) {
    std::optional<result> got;
    std::exception_ptr thrown;
    bool ended = false;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr failed, result value) {
      thrown = failed;
      got = std::move(value);
      ended = true;
    });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!ended && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_for(std::chrono::milliseconds{100});
    }
    if (thrown) std::rethrow_exception(thrown);
    if (!ended) throw std::runtime_error{"nothing happened"};
    return *std::move(got);
  }

  zone_search find(const std::string& domain) { return run(finder().find(domain)); }

  /// The parts, made with the options as they are then.
  zone_finder& finder() { return make().zones; }
  delegation_finder& delegations() { return make().delegations; }
  authority& servers() { return make().servers; }
  server_courtesy& courtesy() { return make().courtesy; }
  address_book& book() { return make().book; }
  record_look look(look_order order) { return run(make().looker.look(std::move(order))); }

  boost::asio::io_context io;
  bool allow_private = true;
  std::size_t max_zones = 100;
  kept_for keep{};
  std::string registrable = "example.test";
  bool allow_resolver_as_parent = false;
  time_point wall{std::chrono::hours{500'000}};
  server_courtesy::options treatment{.queries_per_second = 0};
  duration clock_step{0};  // how far the clock has been moved
  duration timeout{1000};
  std::vector<server_address> silent;  // that did not answer

 private:
  struct parts {
    server_exchange to_resolver;
    server_exchange to_strangers;
    recursor dns;
    server_courtesy courtesy;
    courteous_exchange courteous;
    address_book book;
    authority servers;
    delegation_finder delegations;
    zone_finder zones;
    record_looker looker;

    explicit parts(strangers& of)
        : to_resolver{of.io, {.timeout = of.timeout}, fill_random},
          to_strangers{of.io, {.timeout = of.timeout}, fill_random},
          dns{to_resolver, {address_of(*of.resolver_)}},
          courtesy{of.treatment},
          courteous{to_strangers,
                    courtesy,
                    {.answered = {},
                     .silent = [&of](const server_address& server) { of.silent.push_back(server); },
                     .now = of.clock()}},
          book{dns, {.allow_private = of.allow_private, .keep = of.keep, .now = of.clock()}},
          servers{courteous, fill_random},
          delegations{{dns, courteous, book, fill_random},
                      {.keep = of.keep,
                       .max_domains = of.max_zones,
                       .allow_private = of.allow_resolver_as_parent,
                       .now = of.clock()}},
          zones{{delegations, courteous, servers, book},
                {.keep = of.keep,
                 .max_zones = of.max_zones,
                 .now = of.clock(),
                 .registrable = [&of](std::string_view name) { return of.registrable_of(name); }}},
          looker{{zones, servers}, [&of] { return of.wall; }} {}
  };

  parts& make() {
    if (!parts_) parts_ = std::make_unique<parts>(*this);
    return *parts_;
  }
  steady_clock_reader clock() {
    return [this] { return steady_now() + clock_step; };
  }
  /// Of a host elsewhere: its last two labels.
  std::string registrable_of(std::string_view name) const {
    if (is_at_or_below(name, registrable)) return registrable;
    const std::size_t last = name.rfind('.');
    const std::size_t before = last == name.npos || last == 0 ? name.npos : name.rfind('.', last - 1);
    return std::string{before == name.npos ? name : name.substr(before + 1)};
  }
  static std::vector<std::string> asked_of(const scripted_dns_server& server) {
    std::vector<std::string> asked;
    for (const dns_query& each : server.queries())
      asked.push_back(lower(each.name) + " " + type_text(rr_type{each.type}));
    return asked;
  }

  std::string parent_zone_;
  std::string parent_servers_;  // NS and addresses, as records
  std::string known_;           // to the resolver, beside these
  std::map<std::string, std::string> addresses_;
  std::map<std::string, std::unique_ptr<scripted_dns_server>> servers_;
  std::unique_ptr<scripted_dns_server> resolver_;
  std::unique_ptr<parts> parts_;
};

/// The names of a zone's servers.
inline std::vector<std::string> names_of(const zone& where) {
  std::vector<std::string> names;
  for (const zone_server& each : where.servers) names.push_back(each.name);
  return names;
}

}  // namespace easydkim::tests
