// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/unpublished.hpp"

#include <algorithm>

#include "core/printable.hpp"
#include "resolver/diagnosis/session/moved_zone.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

boost::asio::awaitable<bool> all_are_absent(examination& at) {
  for (std::size_t record = 0; record < records_per_identity; ++record)
    if (!at.is_wanted(record) || !co_await at.is_absent_everywhere(record)) co_return false;
  co_return true;
}

/// Where nobody can tell whom the parent names, nothing at all must be there.
boost::asio::awaitable<bool> is_missing_at_the_named(examination& at, std::size_t record) {
  const zone* above = co_await at.from_above();
  bool missing = false;
  if (above == nullptr)
    missing = co_await all_are_absent(at);
  else
    missing = co_await at.is_denied_from_above(record);
  co_return missing;
}

/// What is not there, in words. A server may well deny what does not exist as if only the type were missing
/// (RFC 9824): then it says the same of a name that nobody was given.
boost::asio::awaitable<std::string_view> what_is_missing(examination& at, std::size_t record,
                                                         const testimony& said) {
  if (standing_at(said, at.wanted(record)) == record_standing::no_such_name) co_return "does not exist yet";
  if (at.wanted(record).of == proof::txt) co_return "has no TXT record yet";
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  const bool tells_names = control != nullptr && control->said().says_no_such_name();
  co_return tells_names ? "exists, but has no CNAME yet (an ALIAS record looks so, too)"
                        : "does not exist yet";
}

/// The first of the answers that count; null when none does.
const testimony* first_of(std::span<const testimony> said) {
  const auto first = std::ranges::find_if(said, &testimony::counts);
  return first == said.end() ? nullptr : &*first;
}

}  // namespace

/// Only the parent's word counts: a zone may name other servers of its own at any time.
probing ns_changed(examination& at, std::size_t record) {
  const auto& before = at.order().zone_at_success;
  if (!before || before->servers.empty() || at.only_resolver()) co_return std::nullopt;
  if (!co_await at.is_absent_everywhere(record)) co_return std::nullopt;
  const zone* above = co_await at.from_above();
  if (above == nullptr) co_return std::nullopt;
  const server_names& now = above->delegated_to;
  const auto was_there = [&](const std::string& each) {
    return std::ranges::find(before->servers, each) != before->servers.end();
  };
  // Of more servers than are kept one that is not among them may have been there all the same.
  const bool all_are_kept = before->servers.size() < evidence::most_servers;
  const bool is_changed =
      all_are_kept ? !std::ranges::all_of(now, was_there) : std::ranges::none_of(now, was_there);
  if (!is_changed) co_return std::nullopt;
  const testimony* said = first_of(co_await at.look(record));
  co_return at.explained(diagnosis_code::ns_changed, record,
                         {.observed = with_provider(now),
                          .server = said == nullptr ? std::string{} : said->server,
                          .also = with_provider(before->servers)});
}

probing not_delegated_here(examination& at, std::size_t record) {
  if (at.only_resolver()) co_return std::nullopt;
  const zone* above = co_await at.from_above();
  const server_names named = above == nullptr ? names_of(at.where()) : above->delegated_to;

  // What the zone itself says of its servers: left behind when its owner changed only this, or copied from
  // elsewhere.
  const testimony* said = co_await at.ask_server(at.where().apex, rr_type::ns);
  server_names own;
  if (said != nullptr) own = names_in(said->said(), at.where().apex);
  std::string elsewhere;
  // Whoever asks the servers that the parent names sees nothing, even if the others have the record. Where
  // one of them has it, nothing of this is true.
  bool served_elsewhere = !own.empty() && are_two_sets(named, own);
  if (served_elsewhere) served_elsewhere = co_await is_missing_at_the_named(at, record);
  if (served_elsewhere) elsewhere = with_provider(own);
  const bool nothing_is_there = co_await all_are_absent(at);
  if (elsewhere.empty() && at.where().start && nothing_is_there)
    elsewhere = other_provider(named, at.where().start->soa.primary);
  if (elsewhere.empty()) co_return std::nullopt;
  co_return at.explained(diagnosis_code::not_delegated_here, record,
                         {.observed = with_provider(named),
                          .server = said == nullptr ? std::string{} : said->server,
                          .also = elsewhere});
}

probing not_published(examination& at, std::size_t record) {
  if (!co_await at.is_absent_everywhere(record)) co_return std::nullopt;
  const testimony* said = first_of(co_await at.look(record));
  if (said == nullptr) co_return std::nullopt;
  const std::string_view missing = co_await what_is_missing(at, record, *said);
  explained_by what{.server = at.only_resolver() ? std::string{} : said->server,
                    .also = std::string{missing}};
  const std::string& apex = at.where().apex;
  if (!at.order().registrable.empty() && is_below(apex, at.registrable()))
    what.remedy =
        printable(apex) + " is a zone of its own, so it belongs there, and not into the zone above it";
  co_return at.explained(diagnosis_code::not_published, record, what);
}

}  // namespace easydkim
