// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/misplaced.hpp"

#include <algorithm>

#include "core/printable.hpp"
#include "resolver/diagnosis/probes/wrong_value.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

using names = std::vector<std::string>;

constexpr std::string_view www = "www.";
constexpr std::size_t few_places = 2;

/// Where a record may have gone. A place is made of a token, so that it can be compared with one that is made
/// of the label that nobody was given.
struct search_elsewhere {
  diagnosis_code code;
  names places;
  std::string also{};
  bool beside = false;  // not below the domain: perhaps in another zone, but no name that is waited for
};

/// What stands at another name.
struct record_elsewhere {
  std::string place;
  std::string target;  // of the CNAME there; or the text
  bool is_text = false;
  std::string server;
};

boost::asio::awaitable<const testimony*> ask_at_place(examination& at, const search_elsewhere& what,
                                                      std::string place, rr_type type) {
  const testimony* said = nullptr;
  if (what.beside)
    said = co_await at.ask_anyone(std::move(place), type);
  else
    said = co_await at.ask_server(std::move(place), type);
  co_return said;
}

/// Whether that is what everything gets there, by a wildcard.
boost::asio::awaitable<bool> is_made_up(examination& at, std::size_t record, const search_elsewhere& what,
                                        const record_elsewhere& found) {
  std::string beside = found.place;
  const std::string mine = at.token_of(record);
  const std::size_t token = beside.find(mine);
  if (token == beside.npos || what.beside) co_return true;  // nobody can tell
  beside.replace(token, mine.size(), at.order().control_label);
  const testimony* said = co_await at.ask_server(beside, rr_type::cname);
  co_return said == nullptr || target_of(said->said(), beside) == found.target;
}

/// A record of ours at `place`: its value has to do with the domain's tokens, or it is no wildcard's.
boost::asio::awaitable<std::optional<record_elsewhere>> found_at(examination& at, std::size_t record,
                                                                 const search_elsewhere& what,
                                                                 std::string place) {
  const testimony* said = co_await ask_at_place(at, what, place, rr_type::cname);
  if (said == nullptr) co_return std::nullopt;
  record_elsewhere found{.place = place, .target = target_of(said->said(), place), .server = said->server};
  if (!found.target.empty()) {
    const bool is_ours = names_a_token(at, found.target) || !co_await is_made_up(at, record, what, found);
    if (is_ours) co_return found;
    co_return std::nullopt;
  }
  if (said->said().says_no_such_name() || at.only_resolver() || what.beside) co_return std::nullopt;
  const testimony* text = co_await at.ask_server(place, rr_type::txt);
  if (text == nullptr) co_return std::nullopt;
  for (const resource_record* each : text->said().answers(place, rr_type::txt)) {
    if (!names_a_token(at, each->text)) continue;
    found.target = each->text;
    found.is_text = true;
    co_return found;
  }
  co_return std::nullopt;
}

/// What is wrong with it beside its name; empty when nothing is.
std::string also_wrong(const examination& at, std::size_t record, const record_elsewhere& found) {
  const std::string& value = at.wanted(record).value;
  if (found.is_text)
    return "It is a TXT record (" + excerpt(found.target) + "), too: make it a CNAME to " + value;
  if (found.target == value) return {};
  const std::string whose = is_value_of_another(at, record, found.target)
                                ? ", which is the value of another of the three records"
                                : "";
  return "Its value is wrong, too: it points to " + excerpt(found.target) + whose + ", and must point to " +
         value;
}

boost::asio::awaitable<std::optional<record_elsewhere>> look_at_places(examination& at, std::size_t record,
                                                                       const search_elsewhere& what) {
  if (!co_await at.is_absent_everywhere(record)) co_return std::nullopt;
  // Each record is looked for where most go astray; at many places the first, and others as the budget
  // allows.
  const bool are_few = what.places.size() <= few_places;
  if (!are_few && !at.may_try(what.code, record)) co_return std::nullopt;
  for (const std::string& place : what.places) {
    if (place == at.wanted(record).name) continue;
    auto found = co_await found_at(at, record, what, place);
    if (!found) continue;
    at.hit(what.code);
    co_return found;
  }
  co_return std::nullopt;
}

probing look_elsewhere(examination& at, std::size_t record, search_elsewhere what) {
  const auto found = co_await look_at_places(at, record, what);
  if (!found) co_return std::nullopt;
  co_return at.explained(what.code, record,
                         {.observed = found->place,
                          .server = found->server,
                          .also = what.also,
                          .remedy = also_wrong(at, record, *found)});
}

std::string below(std::string_view name, std::string_view apex) {
  return std::string{name} + "." + std::string{apex};
}

void add(names& to, std::string name) {
  if (std::ranges::find(to, name) == to.end()) to.push_back(std::move(name));
}

/// The names above the domain that the zone holds, the nearest first: "b.example.com" and "example.com" of
/// "a.b.example.com".
names above_domain(const examination& at) {
  names above;
  for (std::string_view name = parent_of(at.domain()); at.is_in_zone(name); name = parent_of(name)) {
    above.emplace_back(name);
    if (name == ".") break;
  }
  return above;
}

/// "mail" of "mail.example.com"; empty for the registrable domain itself.
std::string subdomain_of(const examination& at) {
  const std::string& apex = is_below(at.domain(), at.registrable()) ? at.registrable() : at.where().apex;
  if (!is_below(at.domain(), apex)) return {};
  return at.domain().substr(0, at.domain().size() - apex.size() - 1);
}

}  // namespace

probing double_domain(examination& at, std::size_t record) {
  const std::string& name = at.wanted(record).name;
  const std::string host = at.token_of(record) + "._domainkey";
  names places{below(name, at.domain())};
  for (const std::string& above : above_domain(at)) add(places, below(name, above));
  // In a zone of its own, `_domainkey.DOMAIN`, the host is the token alone.
  if (is_below(at.where().apex, at.domain())) add(places, below(host, at.where().apex));
  // The panel of a subdomain appends it: `mail` again.
  if (const std::string sub = subdomain_of(at); !sub.empty())
    add(places, below(host + "." + sub, at.domain()));
  search_elsewhere what{.code = diagnosis_code::double_domain, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

probing missing_subdomain(examination& at, std::size_t record) {
  names places;
  for (const std::string& above : above_domain(at))
    add(places, below(at.token_of(record) + "._domainkey", above));
  std::ranges::reverse(places);  // at the apex before what lies between
  search_elsewhere what{.code = diagnosis_code::missing_subdomain, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

probing underscore_refused(examination& at, std::size_t record) {
  names places;
  for (const std::string_view between : {".domainkey", "-domainkey", "_domainkey"})
    add(places, below(at.token_of(record) + std::string{between}, at.domain()));
  const std::size_t with_some_of_it = places.size();
  add(places, below(at.token_of(record), at.domain()));
  for (const std::string& above : above_domain(at)) add(places, below(at.token_of(record), above));
  search_elsewhere what{.code = diagnosis_code::underscore_refused, .places = places};
  const auto found = co_await look_at_places(at, record, what);
  if (!found) co_return std::nullopt;
  const auto which = std::ranges::find(places, found->place) - places.begin();
  const bool has_some_of_it = static_cast<std::size_t>(which) < with_some_of_it;
  explained_by explained{.observed = found->place, .server = found->server};
  explained.words = has_some_of_it ? "a dot or the underscore" : "._domainkey";
  explained.remedy = also_wrong(at, record, *found);
  co_return at.explained(what.code, record, explained);
}

probing swapped_fields(examination& at, std::size_t record) {
  names places;
  for (const std::string& apex : {at.where().apex, at.domain()})
    add(places, below(at.wanted(record).value, apex));
  search_elsewhere what{.code = diagnosis_code::swapped_fields, .places = std::move(places)};
  const auto found = co_await look_at_places(at, record, what);
  if (!found) co_return std::nullopt;
  const std::string there = "there is a record " + excerpt(found->place) + " that ";
  explained_by explained{.observed = found->place, .server = found->server};
  if (found->target.ends_with("._domainkey." + at.domain()))
    explained.words = "Host and value are exchanged: " + there + "points to " + excerpt(found->target);
  else
    explained.words = "The value was entered as the host: " + there +
                      (found->is_text ? "says " : "points to ") + excerpt(found->target);
  co_return at.explained(what.code, record, explained);
}

probing www_prefix(examination& at, std::size_t record) {
  if (!at.domain().starts_with(www)) co_return std::nullopt;
  std::string without = at.domain().substr(www.size());
  names places{below(at.token_of(record) + "._domainkey", without)};
  search_elsewhere what{.code = diagnosis_code::www_prefix,
                        .places = std::move(places),
                        .also = std::move(without),
                        .beside = true};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

/// The records of an older set stand at names of their own.
probing stale_set(examination& at, std::size_t record) {
  if (at.order().former.empty() || !co_await at.is_absent_everywhere(record)) co_return std::nullopt;
  if (!at.may_try(diagnosis_code::stale_token, record)) co_return std::nullopt;
  for (const former_token_set& each : at.order().former) {
    const std::string former = each.tokens[record].text();
    const std::string place = former + "._domainkey." + at.domain();
    const testimony* said = co_await at.ask_server(place, rr_type::cname);
    if (said == nullptr) continue;
    const std::string target = target_of(said->said(), place);
    if (target.find(former) == std::string::npos) continue;
    at.hit(diagnosis_code::stale_token);
    const published_record& one = at.wanted(record);
    explained_by what{.observed = place, .server = said->server};
    what.also = "deleted on " + to_rfc3339(each.deleted_at).substr(0, 10);
    what.words = "An older set of records is published: " + place +
                 " has the token of a set that is not in use "
                 "any more";
    what.remedy = "publish " + one.name + " as a CNAME to " + one.value + ", and remove the older one";
    co_return at.explained(diagnosis_code::stale_token, record, what);
  }
  co_return std::nullopt;
}

}  // namespace easydkim
