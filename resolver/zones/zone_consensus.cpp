// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/zone_consensus.hpp"

#include <algorithm>

namespace easydkim {
namespace {

/// The first whose address is uncertain.
std::string contested_of(std::span<const server_finding> all) {
  const auto first = std::ranges::find(all, false, &server_finding::is_certain);
  return first == all.end() ? std::string{} : first->server;
}

}  // namespace

consensus zone_consensus(const consensus_query& query) {
  std::size_t have = 0;
  std::size_t have_delegated = 0;
  std::size_t against = 0;
  std::size_t deny = 0;  // of these, those where nothing is at all
  std::size_t has_for_loss = 0;  // at addresses that are good for a loss
  std::size_t against_for_loss = 0;
  std::size_t deny_for_loss = 0;
  const server_finding* has = nullptr;
  const server_finding* contradicts = nullptr;  // one with another value rather than one that lacks it
  const server_finding* uncertain = nullptr;  // one that lacks it rather than one that has it
  finding silence{finding_kind::no_answer, finding_reason::servers_unreachable, {}};
  for (const server_finding& each : query.of) {
    if (!each.is_certain && each.seen.kind != finding_kind::no_answer) {
      if (uncertain == nullptr || uncertain->seen.kind == finding_kind::found) uncertain = &each;
      continue;
    }
    switch (each.seen.kind) {
      case finding_kind::found:
        ++have;
        has_for_loss += each.is_certain_for_loss ? 1 : 0;
        have_delegated += each.is_delegated ? 1 : 0;
        if (has == nullptr) has = &each;
        break;
      case finding_kind::wrong_target:
      case finding_kind::absent:
        ++against;
        deny += each.seen.kind == finding_kind::absent ? 1 : 0;
        against_for_loss += each.is_certain_for_loss ? 1 : 0;
        deny_for_loss += each.is_certain_for_loss && each.seen.kind == finding_kind::absent ? 1 : 0;
        if (contradicts == nullptr || contradicts->seen.kind == finding_kind::absent) contradicts = &each;
        break;
      case finding_kind::no_answer:
        // That one was not asked says least, then that one was silent.
        if (silence.reason == finding_reason::servers_unreachable || silence.reason == finding_reason::timeout)
          silence = each.seen;
        break;
      case finding_kind::unchecked:
        break;
    }
  }
  consensus together;
  const std::size_t all = query.servers.all;
  const bool zone_is_agreed = query.zone_by.by_all || query.zone_by.by_most;
  if (2 * have > all && zone_is_agreed)
    together.most = majority::has;
  else if (2 * against_for_loss >= all && query.zone_by.for_loss)
    together.most = majority::lacks;

  const bool most_against = 2 * against_for_loss > all && (against_for_loss >= 2 || all == 1);
  together.decides_loss = most_against && query.zone_by.for_loss;

  if (query.is_decoy && 2 * deny > all) {
    together.seen = {finding_kind::absent, finding_reason::no_such_name, {}};
    return together;
  }
  if (query.is_decoy) {
    const std::size_t answer = has_for_loss + against_for_loss - deny_for_loss;
    together.decides_loss = 2 * answer > all && query.zone_by.for_loss;
  }

  const bool enough = have_delegated >= query.servers.needed();
  // One at an uncertain address takes nothing away, but it may be the server, and then all do not agree.
  const server_finding* const doubts =
      uncertain != nullptr && is_conclusive_negative(uncertain->seen.kind) ? uncertain : nullptr;
  const bool speaks_for_all = query.servers.can_speak_for_all(have);
  const bool undivided = against == 0 && doubts == nullptr && query.zone_by.by_all && speaks_for_all;
  const bool outvotes = together.most == majority::has && query.has_split_for_long &&
                        zone_is_agreed;
  if (enough && (undivided || outvotes))
    together.seen = has->seen;
  else if (have > 0 && (against > 0 || doubts != nullptr))
    together.seen = {finding_kind::absent, finding_reason::on_some_servers,
                     against > 0 ? contradicts->server : doubts->server};
  else if (enough && query.zone_by.by_all && !speaks_for_all)
    together.seen = {finding_kind::no_answer, finding_reason::addresses_uncertain, contested_of(query.of)};
  else if (have > 0)
    together.seen = {finding_kind::no_answer,
                     !query.zone_by.by_all && query.zone_by.by_most ? finding_reason::servers_disagree : silence.reason,
                     silence.observed};
  else if (against > 0)
    together.seen = contradicts->seen;
  else if (uncertain != nullptr && uncertain->seen.kind == finding_kind::found)
    together.seen = {finding_kind::no_answer, finding_reason::addresses_uncertain, uncertain->server};
  else if (uncertain != nullptr)
    together.seen = uncertain->seen;
  else
    together.seen = silence;
  return together;
}

}  // namespace easydkim
