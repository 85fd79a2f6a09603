// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/zone_cut.hpp"

#include <algorithm>
#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

/// The claims for one apex.
struct party {
  std::vector<const cut_claim*> members;
  std::size_t delegated = 0;
  std::size_t for_loss = 0;  // at addresses that are good for a loss
};

party party_of(std::span<const cut_claim> claims, std::string_view apex) {
  party found;
  for (const cut_claim& each : claims) {
    if (each.apex != apex) continue;
    found.members.push_back(&each);
    found.delegated += each.is_delegated ? 1 : 0;
    found.for_loss += each.is_certain_for_loss ? 1 : 0;
  }
  return found;
}

/// Whoever gives the shorter list of two may have left out honest servers, so that a minority of all of them is more
/// than half of what is left.
bool could_be_chosen(std::size_t given_by_most, std::size_t given_by_half) {
  const std::size_t majority = given_by_most / 2 + 1;
  return given_by_half > 0 && (given_by_most < 2 || 2 * majority <= given_by_most + given_by_half);
}

/// The names that more than half of `members` give. Nothing where half of them, and no more, give others, and so could
/// choose those that decide.
delegation servers_of_most(std::string_view apex, const party& of) {
  delegation together;
  std::vector<std::string> given_by_half;
  together.apex = apex;
  for (const cut_claim* each : of.members) {
    together.ttl = together.ttl == 0 ? each->to.ttl : std::min(together.ttl, each->to.ttl);
    for (const std::string& name : each->to.servers) {
      const auto gives = [&](const cut_claim* one) { return std::ranges::binary_search(one->to.servers, name); };
      const auto given_by = static_cast<std::size_t>(std::ranges::count_if(of.members, gives));
      if (2 * given_by < of.members.size()) continue;
      std::vector<std::string>& names = 2 * given_by > of.members.size() ? together.servers : given_by_half;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  if (could_be_chosen(together.servers.size(), given_by_half.size())) together.servers.clear();
  std::ranges::sort(together.servers);
  for (const cut_claim* each : of.members)
    for (const resource_record& glue : each->to.glue) {
      const auto same = [&](const resource_record& other) {
        return glue.owner == other.owner && glue.type == other.type && glue.text == other.text;
      };
      const bool is_new = std::ranges::none_of(together.glue, same);
      if (is_new && std::ranges::binary_search(together.servers, glue.owner)) together.glue.push_back(glue);
    }
  return together;
}

/// Takes the addresses that each of `members` gives, or more than half of all the servers that there are.
void add_agreed_glue(agreed_cut& to, const party& of, std::size_t servers) {
  for (const resource_record& glue : to.to.glue) {
    const auto gives = [&](const cut_claim* one) {
      return std::ranges::any_of(one->to.glue, [&](const resource_record& other) {
        return glue.owner == other.owner && glue.type == other.type && glue.text == other.text;
      });
    };
    const auto given_by = static_cast<std::size_t>(std::ranges::count_if(of.members, gives));
    if (given_by < of.members.size() && 2 * given_by <= servers) continue;
    to.certain_glue.push_back(glue);
    const auto gives_for_loss = [&](const cut_claim* one) { return one->is_certain_for_loss && gives(one); };
    if (2 * static_cast<std::size_t>(std::ranges::count_if(of.members, gives_for_loss)) > servers)
      to.glue_for_loss.push_back(glue);
  }
}

}  // namespace

std::optional<cut_claim> claim_of(const dns_reply& content, const placed_name& where) {
  if (auto to = referral_of(content, where.zone, where.holder))
    return cut_claim{.apex = to->apex, .to = *std::move(to)};
  const resource_record* const start = content.soa();
  if (!content.authoritative || start == nullptr || !is_at_or_below(start->owner, where.zone))
    return std::nullopt;
  // A zone that begins below the holder is the record's own matter: it is no cut above it.
  const bool is_above = is_at_or_below(where.holder, start->owner);
  return cut_claim{.apex = is_above ? start->owner : std::string{where.zone}};
}

agreed_cut agree_on_cut(std::span<const cut_claim> claims, std::string_view zone, const zone_size& servers) {
  agreed_cut together;
  if (claims.empty()) return together;
  std::string_view best = claims.front().apex;
  for (const cut_claim& each : claims)
    if (party_of(claims, each.apex).members.size() > party_of(claims, best).members.size()) best = each.apex;
  const party of = party_of(claims, best);
  const bool undivided = of.members.size() == claims.size();
  const bool outvotes = 2 * of.members.size() > servers.all;
  const bool enough = of.delegated >= servers.needed();
  if (!undivided && !(outvotes && enough)) {
    together.what = agreed_cut::kind::split;
    return together;
  }
  together.apex = best;
  together.by = {.by_all = undivided && enough && servers.can_speak_for_all(of.members.size()),
                 .by_most = outvotes && enough,
                 .for_loss = 2 * of.for_loss > servers.all};
  if (best == zone) {
    together.what = agreed_cut::kind::here;
    return together;
  }
  together.to = servers_of_most(best, of);
  together.what = together.to.servers.empty() ? agreed_cut::kind::split : agreed_cut::kind::below;
  if (together.by.by_all || together.by.by_most) add_agreed_glue(together, of, servers.all);
  // Of those that claim it the hostile may be more than half, when others are silenced: they may not choose whose word
  // takes something away.
  const auto gives_these = [&](const cut_claim* one) {
    return one->is_certain_for_loss && one->to.servers == together.to.servers;
  };
  together.by.for_loss = 2 * static_cast<std::size_t>(std::ranges::count_if(of.members, gives_these)) > servers.all;
  return together;
}

}  // namespace easydkim
