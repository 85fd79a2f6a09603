// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/visibility.hpp"

#include <algorithm>

#include "resolver/diagnosis/session/moved_zone.hpp"
#include "resolver/diagnosis/session/provider.hpp"
#include "resolver/wire/name_text.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

using visibility = record_sighting::visibility;

/// Not all of those who are to confirm the record show it, says the check.
bool is_hidden_for_others(const examination& at, std::size_t record) {
  return at.order().findings[record].reason == finding_reason::not_visible;
}

/// Whether the check found that those who are to confirm hide a record: it may not have asked them for the
/// others.
bool is_any_hidden_for_others(const examination& at) {
  return std::ranges::any_of(at.order().findings,
                             [](const finding& each) { return each.reason == finding_reason::not_visible; });
}

/// What the resolver shows of a record that all servers have; null when they have not, or it does not say.
boost::asio::awaitable<const testimony*> resolver_on_published(examination& at, std::size_t record) {
  if (at.only_resolver() || !co_await at.is_published(record)) co_return nullptr;
  const published_record& one = at.wanted(record);
  const testimony* said = co_await at.ask_resolver(one.name, type_of(one.of));
  if (said == nullptr || !said->counts) co_return nullptr;
  const bool shows = standing_at(*said, one) == record_standing::right;
  // Where another one, which is to confirm, hides it, that stands; and it may hide what it was not asked for.
  if (!shows || !is_any_hidden_for_others(at))
    at.sighting(record).visible = shows ? visibility::visible : visibility::hidden;
  co_return said;
}

std::string with_serial(const server_sighting& one) {
  return one.serial ? one.name + " (serial " + std::to_string(*one.serial) + ")" : one.name;
}

/// "ns1 (serial 1), ns2 (serial 2) and 3 more": as many as a sentence shows whole.
std::string joined(std::span<const server_sighting> all, bool (*is_meant)(finding_kind)) {
  constexpr std::size_t longest = 88;
  std::string text;
  std::size_t more = 0;
  for (const server_sighting& each : all) {
    if (!is_meant(each.has)) continue;
    const std::string one = with_serial(each);
    if (more > 0 || (!text.empty() && text.size() + 2 + one.size() > longest))
      ++more;
    else
      (text += text.empty() ? "" : ", ") += one;
  }
  return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

/// Asks the servers of a record for the serials of their zone.
boost::asio::awaitable<void> add_serials(examination& at, std::size_t record) {
  for (const testimony& each : co_await at.ask_servers(at.where().apex, rr_type::soa)) {
    if (!each.counts || each.said().soa() == nullptr) continue;
    for (server_sighting& one : at.sighting(record).published)
      if (one.name == each.name) one.serial = each.said().soa()->soa.serial;
  }
}

/// Of whom a server is: its provider, where that is known, or else the domain of its name.
std::string owner_of(const std::string& server) {
  const dns_provider* const known = provider_of(std::string_view{server});
  return known != nullptr ? std::string{known->name} : std::string{parent_of(server)};
}

/// Who runs those servers of a record that `is_meant` holds of, when it is one; empty otherwise.
std::string only_owner(std::span<const server_sighting> all, bool (*is_meant)(finding_kind)) {
  std::string owner;
  for (const server_sighting& each : all) {
    if (!is_meant(each.has)) continue;
    const std::string one = owner_of(each.name);
    if (!owner.empty() && owner != one) return {};
    owner = one;
  }
  return owner;
}

/// Servers that the zone names have the record, and none that the parent names.
bool only_others_have_it(examination& at, std::size_t record) {
  const std::vector<std::string>& named = at.where().delegated_to;
  return !named.empty() && std::ranges::none_of(at.sighting(record).published, [&](const server_sighting& each) {
    return each.has == finding_kind::found && std::ranges::find(named, each.name) != named.end();
  });
}

/// The registrar names servers of two providers, and only those of one have the record.
std::optional<explained_by> two_providers(examination& at, std::size_t record) {
  const auto& published = at.sighting(record).published;
  const std::string with = only_owner(published, [](finding_kind has) { return has == finding_kind::found; });
  const std::string without = only_owner(published, is_conclusive_negative);
  if (with.empty() || without.empty() || with == without) return std::nullopt;
  explained_by what{.server = with, .also = without};
  what.words = "The registrar names servers of two DNS providers for " + at.where().apex + ": of " + with +
               ", which have the record " + at.wanted(record).name + ", and of " + without + ", which have not";
  what.remedy = "take the servers of the one that you no longer use out at the registrar, or publish the record at both";
  return what;
}

/// The resolver still asks the servers that the zone had before: it has an SOA with another primary.
std::string moved_to(const examination& at, const dns_reply& by_resolver) {
  const resource_record* const known = by_resolver.soa();
  const auto& own = at.where().start;
  const bool is_old = known != nullptr && own && known->owner == own->owner &&
                      known->soa.primary != own->soa.primary;
  return is_old ? "which has moved to " + with_provider(names_of(at.where())) : std::string{};
}

}  // namespace

probing negative_cache(examination& at, std::size_t record) {
  const testimony* said = co_await resolver_on_published(at, record);
  if (said == nullptr) co_return std::nullopt;
  const record_standing there = standing_at(*said, at.wanted(record));
  const finding& seen = at.order().findings[record];
  if (there == record_standing::right && is_hidden_for_others(at, record) && seen.observed.empty())
    co_return at.explained(diagnosis_code::negative_cache, record, {});
  if (!is_absent(there)) co_return std::nullopt;
  explained_by what{.server = said->server, .words = moved_to(at, said->said())};
  if (const auto left = negative_lifetime(said->said())) what.until = at.order().now + *left;
  at.sighting(record).visible_at = what.until;
  co_return at.explained(diagnosis_code::negative_cache, record, what);
}

probing stale_positive_cache(examination& at, std::size_t record) {
  const testimony* said = co_await resolver_on_published(at, record);
  if (said == nullptr) co_return std::nullopt;
  const record_standing there = standing_at(*said, at.wanted(record));
  const finding& seen = at.order().findings[record];
  if (there == record_standing::right && is_hidden_for_others(at, record) && !seen.observed.empty())
    co_return at.explained(diagnosis_code::stale_positive_cache, record, {.observed = seen.observed});
  if (there == record_standing::right || is_absent(there)) co_return std::nullopt;
  explained_by what{.observed = said->said().answer.front().text, .server = said->server};
  what.until = at.order().now + std::chrono::seconds{said->said().answer.front().ttl};
  at.sighting(record).visible_at = what.until;
  co_return at.explained(diagnosis_code::stale_positive_cache, record, what);
}

probing auth_inconsistent(examination& at, std::size_t record) {
  if (at.search().what == zone_search::outcome::disagreement)
    co_return at.explained(diagnosis_code::auth_inconsistent, record,
                           {.words = "The name servers of " + at.where().apex +
                                     " do not agree on which servers hold " + at.wanted(record).name,
                            .remedy = "check the delegation at the registrar and the NS records of the zone"});
  const server_count seen = co_await at.count(record);
  if (seen.right == 0 || seen.right == seen.answers()) co_return std::nullopt;
  co_await add_serials(at, record);
  if (only_others_have_it(at, record)) co_return std::nullopt;  // not delegated there
  if (auto split = two_providers(at, record))
    co_return at.explained(diagnosis_code::auth_inconsistent, record, *std::move(split));
  const auto& published = at.sighting(record).published;
  explained_by what{
      .server = joined(published, [](finding_kind has) { return has == finding_kind::found; }),
      .also = joined(published, [](finding_kind has) { return is_conclusive_negative(has); }),
  };
  what.words = "Not all name servers of " + at.where().apex + " have the record " + at.wanted(record).name +
               ": it is at " + what.server + ", but not at " + what.also;
  what.remedy = "wait until all have it, and if that takes more than an hour, check how the zone is copied to them";
  co_return at.explained(diagnosis_code::auth_inconsistent, record, what);
}

probing private_zone(examination& at, std::size_t record) {
  if (at.only_resolver()) co_return std::nullopt;
  // The world has the record, but our resolver sees a zone of its own.
  const testimony* said = co_await resolver_on_published(at, record);
  if (said != nullptr && standing_at(*said, at.wanted(record)) != record_standing::right &&
      co_await at.is_split())
    co_return at.explained(diagnosis_code::private_zone, record, {.server = said->server});

  // Or the other way round. The resolver says what it knows by itself, and asks nobody for a record that the
  // world does not have.
  if (!co_await at.is_absent_everywhere(record) || !co_await at.is_split()) co_return std::nullopt;
  const published_record& one = at.wanted(record);
  said = co_await at.ask_resolver_alone(one.name, type_of(one.of));
  if (said == nullptr || standing_at(*said, one) != record_standing::right) co_return std::nullopt;
  co_return at.explained(diagnosis_code::private_zone, record, {.server = said->server});
}

}  // namespace easydkim
