#include "resolver/zone_descent.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "resolver/name_text.hpp"
#include "resolver/together.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

bool is_address(const resource_record& record) {
  return record.type == rr_type::a || record.type == rr_type::aaaa;
}

/// The SOA of the zone that holds `name`, if it is one of the servers of `zone` that speaks.
const resource_record* start_of(const dns_reply& content, std::string_view name, std::string_view zone) {
  const resource_record* start = content.soa();
  const bool fits =
      start != nullptr && is_at_or_below(name, start->owner) && is_at_or_below(start->owner, zone);
  return fits ? start : nullptr;
}

/// Where a referral leads; nothing when not closer to `name`.
std::optional<delegation> referral_of(const dns_reply& content, std::string_view from,
                                      const wanted_name& name) {
  if (!content.is_referral()) return std::nullopt;
  for (const resource_record& each : content.authority) {
    if (each.type != rr_type::ns || !is_below(each.owner, from) || !is_at_or_below(name.holder, each.owner))
      continue;
    delegation to = delegation::read(each.owner, content.authority, name.holder);
    to.by_parent = true;
    for (const resource_record& glue : content.additional)
      if (is_address(glue) && to.glue.size() < delegation::most_glue && is_at_or_below(glue.owner, from) &&
          std::ranges::find(to.servers, glue.owner) != to.servers.end())
        to.glue.push_back(glue);
    return to;
  }
  return std::nullopt;
}

}  // namespace

delegation delegation::read(std::string apex, const std::vector<resource_record>& records,
                            std::string_view holder) {
  delegation found;
  for (const resource_record& each : records) {
    if (each.type != rr_type::ns || each.owner != apex || !is_server_name(each.text)) continue;
    // Of a delegated `_domainkey` they may lie in it, and then only glue tells their addresses.
    const bool of_the_holder_itself = apex == holder;
    if (is_at_or_below(each.text, holder) && !of_the_holder_itself) continue;
    found.ttl = found.servers.empty() ? each.ttl : std::min(found.ttl, each.ttl);
    found.servers.push_back(each.text);
    if (found.servers.size() == most_servers) break;
  }
  std::ranges::sort(found.servers);
  found.servers.erase(std::unique(found.servers.begin(), found.servers.end()), found.servers.end());
  found.apex = std::move(apex);
  return found;
}

/// How far a search has come.
struct zone_descent::walk {
  wanted_name name;
  delegation at;
  std::size_t questions = 0;
  bool some_private = false;
  bool some_address = false;              // a server of `at` has one that may be asked
  std::string failed{};                   // the server that did not answer for its zone
  std::optional<steady_time> ready_at{};  // a server of `at` was not asked, being busy until then
};

struct zone_descent::reached {
  enum class kind : std::uint8_t {
    nothing,  // neither: the next server is to be asked
    further,  // `next`
    zone,     // `start`
    no_such_domain,
  };
  kind what = kind::nothing;
  delegation next{};
  resource_record start{};
  server_address server{};
};

asio::awaitable<descent> zone_descent::from(delegation start, wanted_name name) {
  walk on{std::move(name), std::move(start)};
  for (int depth = 0; depth <= deepest; ++depth) {
    reached got = co_await ask_servers(on);
    switch (got.what) {
      case reached::kind::further:
        on.at = std::move(got.next);
        continue;
      case reached::kind::zone:
        co_return co_await whole(on, std::move(got));
      case reached::kind::no_such_domain: {
        descent none{.search = {}, .ttl = keep_.least};
        none.search.what = zone_search::outcome::no_such_domain;
        none.search.detail = got.start.owner;
        none.search.missing = on.name.registrable;
        co_return none;
      }
      case reached::kind::nothing:
        break;
    }
    break;
  }
  descent failed{.search = {}, .ttl = keep_.least};
  failed.search.what =
      on.some_address ? zone_search::outcome::unreachable : zone_search::outcome::not_askable;
  if (on.ready_at) {  // that nobody had time says nothing of the domain
    failed.search.what = zone_search::outcome::busy;
    failed.search.ready_at = on.ready_at;
  }
  failed.search.detail = on.failed;
  if (on.failed.empty()) failed.search.detail = on.at.servers.empty() ? on.at.apex : on.at.servers.front();
  failed.search.where.apex = on.at.apex;
  failed.search.where.some_private = on.some_private;
  for (const std::string& each : on.at.servers) failed.search.where.servers.push_back({each, {}});
  if (on.at.by_parent) failed.search.where.delegated_to = on.at.servers;
  co_return failed;
}

/// One server after the other, from any of them on, so that none is the first of all domains.
asio::awaitable<zone_descent::reached> zone_descent::ask_servers(walk& on) {
  on.some_private = false;
  on.some_address = false;
  on.failed.clear();
  on.ready_at.reset();
  const std::vector<std::string> servers = on.at.servers;
  const std::size_t first = std::hash<std::string>{}(on.name.holder);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::string& server_name = servers[(first + i) % servers.size()];
    const addresses of = co_await addresses_of(on, server_name);
    on.some_private |= of.some_private;
    for (const server_address& each : of.usable) {
      on.some_address = true;
      reached got = co_await ask_server(on, each);
      if (got.what != reached::kind::nothing) co_return got;
      on.failed = server_name;
    }
  }
  co_return reached{};
}

/// Asks for the SOA of the name. Its owner is the zone, be it in the answer or in a denial (RFC 2308). Where
/// it is missing (a CNAME of that name; servers that leave it out), what is above is asked for.
asio::awaitable<zone_descent::reached> zone_descent::ask_server(walk& on, server_address server) {
  reached found{.server = server};
  std::string name = on.name.holder;
  for (;;) {
    server_question question{.server = server, .name = name, .type = rr_type::soa, .manner = of_authority};
    const auto got = co_await ask(on, std::move(question));
    if (!got || !got->has_content()) co_return found;
    const dns_reply& content = *got->content;
    if (auto next = referral_of(content, on.at.apex, on.name)) {
      found.what = reached::kind::further;
      found.next = *std::move(next);
      co_return found;
    }
    if (standing_of(*got, on.at.apex) != standing::responsible) co_return found;
    if (const resource_record* start = start_of(content, name, on.at.apex)) {
      found.start = *start;
      const bool denied = content.says_no_such_name() && is_below(on.name.registrable, start->owner);
      if (denied && name != on.name.registrable) {  // the domain itself, or only what is below it?
        name = on.name.registrable;
        continue;
      }
      found.what = denied ? reached::kind::no_such_domain : reached::kind::zone;
      co_return found;
    }
    if (name == on.at.apex || name == ".") co_return found;
    name = std::string{parent_of(name)};
    if (name != on.at.apex && name != parent_of(on.name.holder)) name = on.at.apex;
  }
}

asio::awaitable<std::optional<server_reply>> zone_descent::ask(walk& on, server_question what) {
  if (on.questions++ >= most_questions) co_return std::nullopt;
  const server_address server = what.server;
  auto got = co_await strangers_.ask(std::move(what), on.at.apex);
  if (!got && !strangers_.courtesy().rests(server, on.at.apex, strangers_.now())) {
    const steady_time at = strangers_.courtesy().promise(server, strangers_.now());
    on.ready_at = std::min(on.ready_at.value_or(at), at);
  }
  co_return got;
}

/// Glue first. The resolver is asked for names elsewhere; for those in the zone that is looked at only when
/// there is no glue, and never for those below the name that is waited for.
asio::awaitable<addresses> zone_descent::addresses_of(walk& on, std::string server_name) {
  addresses glued = book_.sifted(server_name, on.at.glue);
  const bool has_glue = !glued.usable.empty() || glued.some_private;
  if (has_glue || is_at_or_below(server_name, on.name.holder) || on.questions >= most_questions)
    co_return glued;
  on.questions += 2;
  const bool inside = is_at_or_below(server_name, on.name.registrable);
  co_return co_await book_.find(std::move(server_name),
                                inside ? address_book::families::ipv4 : address_book::families::both);
}

/// Asks a server of the zone itself for the addresses of another one in it.
asio::awaitable<addresses> zone_descent::ask_for_addresses(walk& on, std::string server_name,
                                                           server_address of) {
  std::vector<resource_record> records;
  for (const rr_type type : {rr_type::a, rr_type::aaaa}) {
    server_question question{.server = of, .name = server_name, .type = type, .manner = of_authority};
    auto got = co_await ask(on, std::move(question));
    if (!got || standing_of(*got, on.at.apex) != standing::responsible) continue;
    std::ranges::move(got->content->answer, std::back_inserter(records));
  }
  co_return book_.sifted(server_name, records);
}

/// The zone with all its servers and their addresses.
asio::awaitable<descent> zone_descent::whole(walk& on, reached at) {
  descent found{.search = {}, .ttl = keep_.of(at.start.ttl)};
  zone& where = found.search.where;
  where.apex = at.start.owner;
  where.start = at.start;
  if (where.apex == on.at.apex) {
    if (on.at.by_parent) where.delegated_to = on.at.servers;
  } else {
    // The server holds the zone below, too, and so did not refer to it.
    server_question question{
        .server = at.server, .name = where.apex, .type = rr_type::ns, .manner = of_authority};
    const auto got = co_await ask(on, std::move(question));
    delegation own;
    if (got && standing_of(*got, where.apex) == standing::responsible)
      own = delegation::read(where.apex, got->content->answer, on.name.holder);
    if (own.servers.empty()) {
      own.apex = where.apex;
      own.servers = on.at.servers;
      own.ttl = on.at.ttl;
    }
    own.glue = std::move(on.at.glue);
    on.at = std::move(own);
  }
  found.ttl = std::min(found.ttl, keep_.of(on.at.ttl));

  std::vector<asio::awaitable<void>> work;
  for (const std::string& each : on.at.servers) work.push_back(add_server(on, at, found, each));
  co_await together(std::move(work));

  std::ranges::sort(where.servers, {}, &zone_server::name);
  const bool askable =
      std::ranges::any_of(where.servers, [](const auto& each) { return !each.addresses.empty(); });
  found.search.what = askable ? zone_search::outcome::found : zone_search::outcome::not_askable;
  found.search.detail = where.servers.empty() ? where.apex : where.servers.front().name;
  co_return found;
}

asio::awaitable<void> zone_descent::add_server(walk& on, const reached& at, descent& found,
                                               std::string server_name) {
  zone& where = found.search.where;
  addresses of = book_.sifted(server_name, on.at.glue);
  if (of.usable.empty() && !of.some_private && is_at_or_below(server_name, where.apex))
    of = co_await ask_for_addresses(on, server_name, at.server);
  if (of.usable.empty() && !of.some_private) of = co_await addresses_of(on, server_name);
  where.some_private |= of.some_private;
  if (!of.usable.empty()) found.ttl = std::min(found.ttl, of.ttl);
  where.servers.push_back({std::move(server_name), std::move(of.usable)});
}

}  // namespace easydkim
