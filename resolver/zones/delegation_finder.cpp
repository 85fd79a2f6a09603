// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/delegation_finder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim {

namespace asio = boost::asio;
using outcome = domain_servers::outcome;

namespace {

constexpr std::size_t most_silent = 6;     // servers of a parent that do not answer before the search gives up
constexpr std::size_t most_addresses = 2;  // of a server of a parent that are asked
constexpr int most_referrals = 4;          // between the parent and the domain

}  // namespace

/// A zone above the domain, and its servers.
struct delegation_finder::parent_zone {
  std::string name;
  std::vector<std::string> servers;
  std::vector<resource_record> glue{};  // of a referral
  bool is_silent = false;               // the resolver did not answer
};

/// The servers of a parent under way.
struct delegation_finder::asked_parent {
  const std::string& domain;
  const parent_zone& parent;
  std::vector<parent_answer> answers{};
  std::vector<server_answer> evidence{};
  std::optional<delegation> hearsay{};
  std::size_t silent = 0;
  bool some_address = false;
  std::optional<steady_time> ready_at{};
};

delegation_finder::delegation_finder(parts of, options chosen)
    : parts_{std::move(of)},
      options_{std::move(chosen)},
      known_{options_.max_domains},
      parents_{options_.max_domains} {}

asio::awaitable<domain_servers> delegation_finder::find(std::string domain, effort how, asking_manner manner) {
  const steady_time now = options_.now();
  if (const entry* known = known_.find(domain)) {
    const bool is_fresh = known->found.is_certain && now - known->found_at < options_.keep.least;
    if (is_fresh || (how == effort::look && known->until > now)) co_return known->found;
  }
  const std::function<asio::awaitable<domain_servers>()> work =
      [this, domain, how, manner]() -> asio::awaitable<domain_servers> {
    co_return keep(domain, co_await ask(domain, how, manner), how);
  };
  co_return co_await under_way_.run((how == effort::look ? "look " : "decide ") + domain, work);
}

/// What was known before is still good for looking when nobody can be asked now.
domain_servers delegation_finder::keep(const std::string& domain, domain_servers found, effort how) {
  const steady_time now = options_.now();
  const bool has_failed = found.what != outcome::known && found.what != outcome::no_such_domain;
  if (!has_failed) {
    const duration kept = found.what == outcome::known ? found.ttl : options_.keep.least;
    known_.at(domain) = {found, now, now + kept};
    return found;
  }
  entry* const before = known_.find(domain);
  if (before == nullptr || before->found.what != outcome::known || how == effort::decide) return found;
  before->found.is_certain = false;
  before->until = now + options_.keep.least;
  return before->found;
}

void delegation_finder::forget(const std::string& domain) {
  entry* const known = known_.find(domain);
  if (known != nullptr && options_.now() - known->found_at >= options_.keep.least) known->until = {};
}

asio::awaitable<domain_servers> delegation_finder::ask(std::string domain, effort how, asking_manner manner) {
  std::string above = std::string{parent_of(domain)};
  std::optional<domain_servers> failed;
  for (;;) {
    parent_zone parent = co_await parent_of_domain(above);
    if (!parent.servers.empty()) {
      domain_servers found = co_await ask_parent(domain, parent, how, manner);
      if (found.was_asked) co_return found;
      if (!failed) failed = std::move(found);
    } else if (parent.is_silent) {
      domain_servers none;
      none.what = outcome::no_resolver;
      none.parent = parent.name;
      co_return none;
    }
    if (parent.name == ".") break;
    above = std::string{parent_of(parent.name)};
  }
  if (options_.allow_private) {
    domain_servers found = co_await by_resolver(domain);
    if (found.what == outcome::known) co_return found;
  }
  if (!failed) {
    failed.emplace();
    failed->what = outcome::parent_unreachable;
    failed->parent = std::string{parent_of(domain)};
  }
  co_return *std::move(failed);
}

/// The nearest zone at or above `above` of which the resolver knows the servers. A name that is no zone of its own is
/// passed over; so is one of which the resolver knows nothing now, since the zone above refers to it.
asio::awaitable<delegation_finder::parent_zone> delegation_finder::parent_of_domain(std::string above) {
  bool any_answer = false;
  for (;; above = std::string{parent_of(above)}) {
    if (const entry* known = parents_.find(above); known != nullptr && known->until > options_.now()) {
      if (!known->found.servers.empty()) co_return parent_zone{above, known->found.servers};
      any_answer = true;
    } else {
      const server_reply reply = co_await parts_.dns.ask(above, rr_type::ns);
      if (reply.has_content()) {
        any_answer = true;
        delegation at = delegation::read(above, reply.content->answer);
        if (is_answer(reply)) {
          entry kept;
          kept.found.servers = at.servers;
          kept.until = options_.now() + (at.servers.empty() ? options_.keep.least : options_.keep.of(at.ttl));
          parents_.at(above) = std::move(kept);
        }
        if (!at.servers.empty()) co_return parent_zone{above, std::move(at.servers)};
      }
    }
    if (above == ".") break;
  }
  co_return parent_zone{.name = ".", .servers = {}, .is_silent = !any_answer};
}

std::vector<std::string> delegation_finder::shuffled(std::vector<std::string> servers) {
  for (std::size_t left = servers.size(); left > 1; --left) {
    std::array<std::uint8_t, 2> draw{};
    parts_.random(draw);
    const std::size_t with = (draw[0] * 256U + draw[1]) % left;
    std::swap(servers[left - 1], servers[with]);
  }
  return servers;
}

asio::awaitable<void> delegation_finder::ask_server(asked_parent& poll, std::string server, asking_manner manner) {
  addresses of = parts_.book.sifted(server, poll.parent.glue);
  const bool may_lead_the_witness = is_at_or_below(server, poll.domain);
  if (of.usable.empty() && !of.some_private && !may_lead_the_witness)
    of = co_await parts_.book.find(server, address_book::families::both);
  if (of.usable.size() > most_addresses) of.usable.resize(most_addresses);
  for (const server_address& each : of.usable) {
    poll.some_address = true;
    server_question question{
        .server = each, .name = poll.domain, .type = rr_type::ns, .manner = of_authority};
    auto reply = co_await parts_.strangers.ask(std::move(question), poll.parent.name, manner);
    if (!reply) {  // it was busy, even if it has just become free
      const steady_time now = options_.now();
      server_courtesy& courtesy = parts_.strangers.courtesy();
      if (!parts_.strangers.leaves_alone(each, poll.parent.name, manner)) {
        const steady_time at = courtesy.may_ask(each, poll.parent.name, now).value_or(now);
        poll.ready_at = std::min(poll.ready_at.value_or(at), at);
      }
      continue;
    }
    server_answer answer{.name = server, .address = each, .reply = *std::move(reply)};
    answer.is_lame = standing_of(answer.reply, poll.parent.name) == standing::lame;
    parent_answer meaning;
    if (answer.reply.has_content())
      meaning = read_parent_answer(*answer.reply.content, poll.parent.name, poll.domain);
    poll.evidence.push_back(std::move(answer));
    if (meaning.what == parent_answer::kind::hearsay) poll.hearsay = std::move(meaning.to);
    if (meaning.what <= parent_answer::kind::hearsay) continue;
    poll.answers.push_back(std::move(meaning));
    co_return;
  }
  ++poll.silent;
}

asio::awaitable<domain_servers> delegation_finder::ask_parent(std::string domain, parent_zone parent, effort how,
                                                              asking_manner manner) {
  bool is_certain = true;  // each step on the way
  for (int referrals = 0;; ++referrals) {
    asked_parent poll{.domain = domain, .parent = parent};
    agreed_delegation agreed;
    const std::vector<std::string> in_turn = shuffled(parent.servers);
    for (const std::string& each : in_turn) {
      co_await ask_server(poll, each, manner);
      agreed = agree_on_delegation(
          {.answers = poll.answers, .servers = parent.servers.size(), .silent = poll.silent});
      const bool is_enough = how == effort::look && !poll.answers.empty();
      if (is_enough || !agreed.wants_more || poll.silent >= most_silent) break;
    }
    const bool all_rest = poll.some_address && poll.evidence.empty() && !poll.ready_at;
    if (all_rest && !manner.also_at_rest) {  // what is remembered of them must not last for ever
      asking_manner nevertheless = manner;
      nevertheless.also_at_rest = true;
      poll.silent = 0;
      co_await ask_server(poll, in_turn.front(), nevertheless);
      agreed = agree_on_delegation(
          {.answers = poll.answers, .servers = parent.servers.size(), .silent = poll.silent});
    }
    domain_servers found;
    found.parent = parent.name;
    found.answers = std::move(poll.evidence);
    found.is_certain = is_certain = is_certain && agreed.is_certain;
    found.was_asked = poll.some_address;
    if (how == effort::decide && !agreed.is_certain) {
      found.what = poll.answers.size() > 1 ? outcome::disagreement : outcome::parent_unreachable;
      if (poll.ready_at) found.what = outcome::busy;
      found.ready_at = poll.ready_at;
      co_return found;
    }
    switch (agreed.what.what) {
      case parent_answer::kind::nothing:
      case parent_answer::kind::hearsay:
        if (poll.hearsay) {
          found.what = outcome::known;
          found.zone = domain;
          found.servers = std::move(poll.hearsay->servers);
          found.ttl = options_.keep.least;
          co_return found;
        }
        found.what = poll.ready_at ? outcome::busy : outcome::parent_unreachable;
        found.ready_at = poll.ready_at;
        co_return found;
      case parent_answer::kind::no_such_domain:
        found.what = outcome::no_such_domain;
        found.zone = agreed.what.start;
        co_return found;
      case parent_answer::kind::no_zone_here:
        found.what = outcome::known;
        found.is_delegated = false;
        found.zone = agreed.what.start;
        found.servers = parent.servers;
        found.ttl = options_.keep.of(agreed.what.ttl);
        co_return found;
      case parent_answer::kind::delegated:
        break;
    }
    delegation to = std::move(agreed.what.to);
    if (to.apex != domain) {  // a zone between them
      if (referrals == most_referrals) {
        found.what = outcome::parent_unreachable;
        co_return found;
      }
      std::vector<resource_record> glue = how == effort::decide ? std::move(agreed.certain_glue) : std::move(to.glue);
      parent = parent_zone{.name = to.apex, .servers = to.servers, .glue = std::move(glue)};
      continue;
    }
    found.what = outcome::known;
    found.zone = to.apex;
    found.servers = std::move(to.servers);
    found.glue = std::move(to.glue);
    found.certain_glue = std::move(agreed.certain_glue);
    found.ttl = options_.keep.of(to.ttl);
    co_return found;
  }
}

/// Nobody above the domain can be asked: a small world of its own.
asio::awaitable<domain_servers> delegation_finder::by_resolver(std::string domain) {
  domain_servers found;
  found.what = outcome::parent_unreachable;
  found.parent = std::string{parent_of(domain)};
  const server_reply reply = co_await parts_.dns.ask(domain, rr_type::ns);
  if (!is_answer(reply)) co_return found;
  const delegation to = delegation::read(domain, reply.content->answer);
  if (to.servers.empty()) co_return found;
  found.what = outcome::known;
  found.zone = domain;
  found.servers = to.servers;
  found.glue = reply.content->additional;
  found.certain_glue = found.glue;
  found.ttl = options_.keep.of(to.ttl);
  found.is_certain = true;
  found.by_resolver = true;
  co_return found;
}

}  // namespace easydkim
