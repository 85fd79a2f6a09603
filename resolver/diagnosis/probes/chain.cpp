// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/chain.hpp"

#include <algorithm>

#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

constexpr std::size_t longest_chain = 8;

/// Where the CNAME of a record leads.
struct walk {
  enum class end : std::uint8_t { nowhere, value, circle };
  end at = end::nowhere;
  std::string first;   // the target of the record
  std::string server;  // who said so
};

/// Perhaps that of a token: a resolver that is asked for one too early would remember its absence.
bool is_name_of_a_key(std::string_view name) {
  return name.find("._domainkey.") != name.npos;
}

/// The target of the CNAME at `name`; empty when it has none, or nobody says so. Aliases of other zones are
/// asked of the resolver, unless they may be tokens of another domain.
boost::asio::awaitable<std::string> next(examination& at, std::string name) {
  if (!at.is_in_zone(name) && is_name_of_a_key(name)) co_return std::string{};
  const testimony* said = co_await at.ask_anyone(name, rr_type::cname);
  co_return said == nullptr ? std::string{} : target_of(said->said(), name);
}

boost::asio::awaitable<walk> follow(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  walk taken;
  const auto said = co_await at.look(record);
  const auto other = std::ranges::find_if(
      said, [&](const testimony& each) { return standing_at(each, one) == record_standing::other; });
  if (other == said.end()) co_return taken;
  taken.first = target_of(other->said(), one.name);
  taken.server = other->server;

  // What ends in the suffix is a value, if a wrong one.
  if (is_at_or_below(taken.first, at.suffix())) co_return taken;
  std::vector<std::string> passed{one.name};
  for (std::string here = taken.first; !here.empty() && passed.size() <= longest_chain;) {
    if (here == one.value) {
      taken.at = walk::end::value;
      co_return taken;
    }
    if (std::ranges::find(passed, here) != passed.end()) {
      taken.at = walk::end::circle;
      co_return taken;
    }
    passed.push_back(here);
    std::string further = co_await next(at, here);
    here = std::move(further);
  }
  co_return taken;
}

}  // namespace

probing cname_loop(examination& at, std::size_t record) {
  const walk taken = co_await follow(at, record);
  if (taken.at != walk::end::circle) co_return std::nullopt;
  co_return at.explained(diagnosis_code::cname_loop, record,
                         {.observed = taken.first, .server = taken.server});
}

probing cname_chain(examination& at, std::size_t record) {
  const walk taken = co_await follow(at, record);
  if (taken.at != walk::end::value) co_return std::nullopt;
  co_return at.explained(diagnosis_code::cname_chain, record,
                         {.observed = taken.first, .server = taken.server});
}

}  // namespace easydkim
