#include "resolver/diagnosis/misplaced.hpp"

#include <algorithm>

namespace easydkim {
namespace {

using names = std::vector<std::string>;

constexpr std::string_view www = "www.";
constexpr std::size_t few_places = 2;

/// Where a record may have gone.
struct search_elsewhere {
  diagnosis_code code;
  names places;
  std::string also{};
  bool beside = false;  // not below the domain: perhaps in another zone, but no name that is waited for
};

/// A CNAME at one of the places counts when it has to do with the token: a wildcard's has not.
probing look_elsewhere(examination& at, std::size_t record, search_elsewhere what) {
  if (!co_await at.is_absent_everywhere(record)) co_return std::nullopt;
  // Each record is looked for where most go astray; at many places the first, and others as the budget
  // allows.
  const bool are_few = what.places.size() <= few_places;
  if (!are_few && !at.may_try(what.code, record)) co_return std::nullopt;
  for (const std::string& place : what.places) {
    if (place == at.wanted(record).name) continue;
    const testimony* said = nullptr;
    if (what.beside)
      said = co_await at.ask_anyone(place, rr_type::cname);
    else
      said = co_await at.ask_server(place, rr_type::cname);
    if (said == nullptr || target_of(said->said(), place).find(at.token_of(record)) == std::string::npos)
      continue;
    at.hit(what.code);
    co_return at.explained(what.code, record, {.observed = place, .server = said->server, .also = what.also});
  }
  co_return std::nullopt;
}

std::string below(std::string_view name, std::string_view apex) {
  return std::string{name} + "." + std::string{apex};
}

}  // namespace

probing double_domain(examination& at, std::size_t record) {
  const std::string& name = at.wanted(record).name;
  names places{below(name, at.domain())};
  if (at.where().apex != at.domain()) places.push_back(below(name, at.where().apex));
  // In a zone of its own, `_domainkey.DOMAIN`, the host is the token alone.
  if (at.where().apex.ends_with("." + at.domain()))
    places.push_back(below(at.token_of(record) + "._domainkey", at.where().apex));
  search_elsewhere what{.code = diagnosis_code::double_domain, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

probing missing_subdomain(examination& at, std::size_t record) {
  if (!at.domain().ends_with("." + at.where().apex)) co_return std::nullopt;
  names places{below(at.token_of(record) + "._domainkey", at.where().apex)};
  search_elsewhere what{.code = diagnosis_code::missing_subdomain, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

probing underscore_refused(examination& at, std::size_t record) {
  names places;
  for (const std::string_view between : {".domainkey", "-domainkey", "_domainkey"})
    places.push_back(below(at.token_of(record) + std::string{between}, at.domain()));
  search_elsewhere what{.code = diagnosis_code::underscore_refused, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
}

probing swapped_fields(examination& at, std::size_t record) {
  names places{below(at.wanted(record).value, at.where().apex)};
  if (at.where().apex != at.domain()) places.push_back(below(at.wanted(record).value, at.domain()));
  search_elsewhere what{.code = diagnosis_code::swapped_fields, .places = std::move(places)};
  co_return co_await look_elsewhere(at, record, std::move(what));
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

}  // namespace easydkim
