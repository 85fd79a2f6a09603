// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/server_addresses.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "resolver/recursive/recursor.hpp"

namespace easydkim {
namespace {

/// Servers that give the same addresses.
struct party {
  std::vector<std::string> addresses;  // sorted
  std::vector<resource_record> records{};
  std::size_t members = 0;
  std::size_t delegated = 0;
  std::size_t for_loss = 0;  // at addresses that are good for a loss
  std::size_t delegated_for_loss = 0;
};

}  // namespace

agreed_addresses agree_on_addresses(const address_answers& answers) {
  std::vector<party> parties;
  agreed_addresses together;
  std::size_t all = 0;
  for (const server_answer& each : answers.of) {
    const bool speaks = each.counts && each.is_certain && !each.is_lame && is_answer(each.reply) &&
                        each.reply.content->authoritative;
    if (!speaks) continue;
    ++all;
    party own;
    for (const resource_record* record : each.reply.content->answers(answers.name, answers.type)) {
      own.addresses.push_back(record->text);
      own.records.push_back(*record);
    }
    together.some_given |= !own.records.empty();
    std::ranges::sort(own.addresses);
    auto same = std::ranges::find(parties, own.addresses, &party::addresses);
    if (same == parties.end()) same = parties.insert(parties.end(), std::move(own));
    ++same->members;
    same->delegated += each.is_delegated ? 1 : 0;
    same->for_loss += each.is_certain_for_loss ? 1 : 0;
    same->delegated_for_loss += each.is_certain_for_loss && each.is_delegated ? 1 : 0;
  }
  const auto largest = std::ranges::max_element(parties, {}, &party::members);
  if (largest == parties.end()) return together;
  together.records = largest->records;
  const zone_size& servers = answers.servers;
  together.by_all = largest->members == all && largest->delegated >= servers.needed() &&
                    servers.can_speak_for_all(largest->members);
  together.by_most = 2 * largest->members > servers.all && largest->members >= 2;
  // Where others are silenced, all that answer may be hostile: then they give the addresses of the silent
  // ones.
  const bool all_delegated = together.by_all && largest->delegated_for_loss == servers.delegated;
  together.for_loss = all_delegated || (2 * largest->for_loss > servers.all && largest->for_loss >= 2);
  return together;
}

known_addresses both_families(const agreed_addresses& v4, const agreed_addresses& v6) {
  known_addresses both{.records = {}, .is_certain = false, .for_loss = true};
  for (const agreed_addresses* each : {&v4, &v6})
    if (each->is_certain()) {
      both.records.insert(both.records.end(), each->records.begin(), each->records.end());
      both.for_loss &= each->for_loss;
    }
  both.is_certain = !both.records.empty() || (v4.is_certain() && v6.is_certain());
  both.for_loss &= both.is_certain;
  both.is_contested = !both.is_certain && (v4.some_given || v6.some_given);
  return both;
}

}  // namespace easydkim
