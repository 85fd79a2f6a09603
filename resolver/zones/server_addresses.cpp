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
};

}  // namespace

agreed_addresses agree_on_addresses(const address_answers& answers) {
  std::vector<party> parties;
  std::size_t all = 0;
  for (const server_answer& each : answers.of) {
    const bool speaks = each.counts && each.is_certain && !each.is_lame && is_answer(each.reply) && each.reply.content->authoritative;
    if (!speaks) continue;
    ++all;
    party own;
    for (const resource_record* record : each.reply.content->answers(answers.name, answers.type)) {
      own.addresses.push_back(record->text);
      own.records.push_back(*record);
    }
    std::ranges::sort(own.addresses);
    auto same = std::ranges::find(parties, own.addresses, &party::addresses);
    if (same == parties.end()) same = parties.insert(parties.end(), std::move(own));
    ++same->members;
    same->delegated += each.is_delegated ? 1 : 0;
  }
  agreed_addresses together;
  const auto largest = std::ranges::max_element(parties, {}, &party::members);
  if (largest == parties.end()) return together;
  together.records = largest->records;
  together.by_all = largest->members == all && largest->delegated >= answers.servers.needed();
  together.by_most = 2 * largest->members > answers.servers.all && largest->members >= 2;
  return together;
}

}  // namespace easydkim
