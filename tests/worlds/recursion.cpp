// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/recursion.hpp"

#include <algorithm>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {
namespace {

constexpr unsigned no_such_name = 3;
constexpr int deepest = 4;             // names of servers whose addresses are looked for in turn
constexpr int most_referrals = 8;      // as resolvers have a bound, too
constexpr std::size_t most_tries = 6;  // servers of a zone

bool is_useful(const answer& reply) {
  return !reply.truncated && !reply.is_cut_short && (reply.rcode == 0 || reply.rcode == no_such_name);
}

/// The cut that a referral from `apex` leads to, on the way to `name`; empty otherwise.
std::string cut_of(const answer& reply, std::string_view apex, std::string_view name) {
  if (reply.authoritative || !reply.answers.empty() || reply.rcode != 0) return {};
  for (const record* each : reply.authority)
    if (each->type == rr_type::ns && is_below(each->owner, apex) && is_at_or_below(name, each->owner))
      return each->owner;
  return {};
}

}  // namespace

std::string_view to_string(recursion::luck chosen) noexcept {
  switch (chosen) {
    case recursion::luck::even:
      return "asks any server";
    case recursion::luck::good:
      return "happens to ask honest servers";
    case recursion::luck::bad:
      break;
  }
  return "happens to ask hostile servers";
}

void recursion::add(top one) {
  tops_.push_back(std::move(one));
}

void recursion::freeze_outages(duration now) {
  std::erase_if(outages_, [&](const outage& each) { return now < each.from || each.to <= now; });
  for (outage& each : outages_) each = {.name = each.name, .from = duration{0}, .to = duration::max()};
}

std::vector<std::string> recursion::in_order(std::vector<std::string> addresses) {
  std::shuffle(addresses.begin(), addresses.end(), random_);
  if (luck_ == luck::even) return addresses;
  std::stable_partition(addresses.begin(), addresses.end(), [&](const std::string& each) {
    const machine* one = net_.find(each);
    return one != nullptr && one->is_hostile == (luck_ == luck::bad);
  });
  return addresses;
}

recursion::found recursion::resolve(std::string name, rr_type type, duration now, int depth) {
  found none;
  if (depth > deepest) return none;
  for (const outage& each : outages_)
    if (each.name == name && each.from <= now && now < each.to) return none;
  const top* start = nullptr;
  for (const top& each : tops_) {
    for (std::size_t i = 0; i < each.servers.size(); ++i)
      if (each.servers[i] == name) {
        found fixed{.rcode = 0, .answers = {}, .authority = {}};
        if (type == rr_type::a) fixed.answers.push_back(address_of(name, each.addresses[i], 3600));
        return fixed;
      }
    if (each.apex == name && type == rr_type::ns) {
      found fixed{.rcode = 0, .answers = {}, .authority = {}};
      for (const std::string& server : each.servers) fixed.answers.push_back(ns_of(name, server, 3600));
      return fixed;
    }
    if (is_at_or_below(name, each.apex)) start = &each;
  }
  if (start == nullptr) {
    none.rcode = name == "." ? 0 : no_such_name;
    if (name == "." && type == rr_type::ns) none.answers.push_back(ns_of(".", "a.root.test", 3600));
    return none;
  }

  std::string apex = start->apex;
  std::vector<std::string> addresses = start->addresses;
  for (int referrals = 0; referrals < most_referrals; ++referrals) {
    std::optional<answer> best;
    std::size_t tries = 0;
    for (const std::string& each : in_order(addresses)) {
      if (tries++ == most_tries) break;
      auto reply = net_.asked(each, name, type, over::udp, now);
      if (reply && reply->truncated) reply = net_.asked(each, name, type, over::tcp, now);
      if (!reply || !is_useful(*reply)) continue;
      if (!reply->authoritative && cut_of(*reply, apex, name).empty()) continue;
      best = std::move(reply);
      break;
    }
    if (!best) return none;
    const std::string cut = cut_of(*best, apex, name);
    if (cut.empty()) {
      found whole{.rcode = best->rcode, .answers = {}, .authority = {}};
      for (const record* each : best->answers) whole.answers.push_back(*each);
      for (const record* each : best->authority) whole.authority.push_back(*each);
      // An alias of an address is followed.
      if (type == rr_type::a && whole.answers.size() == 1 && whole.answers.front().type == rr_type::cname) {
        const found end = resolve(whole.answers.front().text, type, now, depth + 1);
        for (const record& each : end.answers) whole.answers.push_back(each);
      }
      return whole;
    }
    std::vector<std::string> next;
    for (const record* server : best->authority) {
      if (server->type != rr_type::ns || server->owner != cut) continue;
      bool has_glue = false;
      for (const record* glue : best->additional)
        if (glue->type == rr_type::a && glue->owner == server->text && is_at_or_below(glue->owner, apex)) {
          next.push_back(glue->text);
          has_glue = true;
        }
      if (has_glue || is_at_or_below(server->text, cut)) continue;
      for (const record& each : resolve(server->text, rr_type::a, now, depth + 1).answers)
        if (each.type == rr_type::a) next.push_back(each.text);
    }
    apex = cut;
    addresses = std::move(next);
  }
  return none;
}

octets recursion::asked(const asked_question& what, duration now) {
  const found best = resolve(what.name, what.type, now, 0);
  answer reply;
  reply.rcode = best.rcode;
  reply.can_recurse = true;
  for (const record& each : best.answers) reply.answers.push_back(&each);
  for (const record& each : best.authority) reply.authority.push_back(&each);
  return reply.message(what);
}

}  // namespace easydkim::worlds
