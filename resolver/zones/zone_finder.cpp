// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/zone_finder.hpp"

#include <algorithm>
#include <utility>

#include "resolver/transport/together.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {

namespace asio = boost::asio;
using outcome = zone_search::outcome;

namespace {

bool names(const std::vector<std::string>& servers, std::string_view name) {
  return std::ranges::find(servers, name) != servers.end();
}

std::size_t delegated_of(const zone& where) {
  return static_cast<std::size_t>(std::ranges::count_if(where.servers, &zone_server::is_delegated));
}

zone_size count_of(const zone& where) {
  const auto in_dispute = [](const zone_server& each) { return each.is_contested && !each.is_certain; };
  return {.all = where.servers.size(),
          .delegated = delegated_of(where),
          .contested = static_cast<std::size_t>(std::ranges::count_if(where.servers, in_dispute))};
}

bool speaks(const server_answer& answer) {
  return answer.counts && answer.reply.has_content() && !answer.is_lame;
}

/// Whether a zone is delegated to none of the servers that it was delegated to.
bool has_moved(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  return std::ranges::none_of(from, [&](const std::string& each) { return names(to, each); });
}

bool has_address(const zone_server& server) {
  return !server.addresses.empty();
}

/// What the servers claim together. Those whose addresses are uncertain are followed where there are no
/// others, and nothing rests on it.
agreed_cut agreed(const std::vector<std::optional<cut_claim>>& claims, const zone_reply& reply,
                  std::string_view apex) {
  std::vector<cut_claim> certain;
  std::vector<cut_claim> others;
  for (std::size_t i = 0; i < claims.size(); ++i)
    if (claims[i]) (reply.answers[i].is_certain ? certain : others).push_back(*claims[i]);
  agreed_cut cut = agree_on_cut(certain.empty() ? others : certain, apex, reply.servers);
  // One whose address is uncertain may be right: nothing counts as agreed on against it.
  const auto differs = [&](const cut_claim& each) { return each.apex != cut.apex; };
  if (std::ranges::any_of(others, differs)) cut.by.by_all = false;
  if (certain.empty()) {
    cut.by = {.by_all = false, .by_most = false, .for_loss = false};
    cut.certain_glue.clear();
    cut.glue_for_loss.clear();
  }
  return cut;
}

/// `answers`, where a server was not asked since it had just failed with what that was.
std::vector<server_answer> with_failures(std::vector<server_answer> answers,
                                         const std::vector<server_answer>& failures) {
  for (server_answer& each : answers) {
    const auto failed = std::ranges::find(failures, each.name, &server_answer::name);
    if (!each.was_asked() && failed != failures.end()) each = *failed;
  }
  return answers;
}

}  // namespace

/// How far a query has come.
struct zone_finder::walk {
  zone_query query;
  std::string holder;       // LABEL.DOMAIN
  std::string registrable;  // of the domain
  std::string witnessed;    // that of the first walk: the resolver is to confirm what it finds below it
  std::size_t& questions;   // shared with the walks for addresses
  int nested = 0;           // how many walks wait for this one
  std::vector<std::string> proving{};  // the server names whose addresses they are about

  zone at{};
  std::vector<resource_record> glue{};
  std::vector<resource_record> certain_glue{};
  std::vector<resource_record> glue_for_loss{};
  duration ttl{0};
  backing by{};
  bool resolver_is_certain = false;       // of the addresses of the zone's servers: they are the parent's own
  std::optional<steady_time> ready_at{};  // a server was not asked, being busy until then
  bool is_from_cache = false;
  std::vector<server_answer>
      failures{};  // of servers of `at` that gave no NS: they rest when the record is asked for

  bool has_budget() const noexcept { return questions < most_questions; }
};

zone_finder::zone_finder(parts of, options chosen)
    : parts_{of},
      options_{std::move(chosen)},
      cuts_{options_.max_zones},
      sets_{options_.max_zones},
      proven_{options_.max_zones},
      claims_{options_.max_zones} {}

asio::awaitable<zone_reply> zone_finder::ask(zone_query query) {
  std::size_t questions = 0;
  std::string registrable = options_.registrable(query.domain);
  if (registrable.empty() || !is_at_or_below(query.domain, registrable)) registrable = query.domain;
  walk on{.query = std::move(query),
          .holder = {},
          .registrable = registrable,
          .witnessed = registrable,
          .questions = questions};
  on.holder = on.query.label + "." + on.query.domain;
  if (on.query.how == effort::look) co_return co_await look(on, true);
  co_return co_await decide(on);
}

asio::awaitable<zone_search> zone_finder::find(std::string domain, std::string label, asking_manner manner) {
  zone_query query{.domain = std::move(domain), .label = std::move(label), .name = {}, .how = effort::decide};
  query.name = query.label + "." + query.domain;
  query.type = rr_type::soa;
  query.manner = manner;
  zone_reply reply = co_await ask(std::move(query));
  co_return std::move(reply.search);
}

/// The zone of the registrable domain, by its parent; or why it is not known.
asio::awaitable<std::optional<zone_search>> zone_finder::begin(walk& on) {
  domain_servers start = co_await parts_.delegations.find(on.registrable, on.query.how, on.query.manner);
  zone_search failed;
  failed.detail = start.parent;
  failed.answers = start.answers;
  failed.ready_at = start.ready_at;
  failed.where.apex = on.registrable;
  switch (start.what) {
    case domain_servers::outcome::known:
      break;
    case domain_servers::outcome::no_such_domain:
      failed.what = outcome::no_such_domain;
      failed.detail = start.zone;
      failed.missing = on.registrable;
      co_return failed;
    case domain_servers::outcome::disagreement:
      failed.what = outcome::disagreement;
      co_return failed;
    case domain_servers::outcome::parent_unreachable:
      failed.what = outcome::parent_unreachable;
      co_return failed;
    case domain_servers::outcome::no_resolver:
      failed.what = outcome::no_resolver;
      co_return failed;
    case domain_servers::outcome::busy:
      failed.what = outcome::busy;
      co_return failed;
  }
  on.at = {};
  on.at.apex = start.zone;
  on.at.by_resolver = start.by_resolver;
  if (start.is_delegated) on.at.delegated_to = start.servers;
  for (std::string& each : start.servers) on.at.servers.push_back({.name = std::move(each), .addresses = {}});
  on.glue = std::move(start.glue);
  on.certain_glue = std::move(start.certain_glue);
  on.glue_for_loss = on.certain_glue;
  on.ttl = start.ttl;
  on.by = {};
  on.resolver_is_certain = start.by_resolver || !start.is_delegated;
  co_return std::nullopt;
}

/// Goes on at a zone below.
void zone_finder::descend(walk& on, const agreed_cut& cut) {
  const bool some_private = on.at.some_private;
  const bool by_resolver = on.at.by_resolver;
  on.at = {};
  on.at.apex = cut.to.apex;
  on.at.some_private = some_private;
  on.at.by_resolver = by_resolver;
  on.at.delegated_to = cut.to.servers;
  for (const std::string& each : cut.to.servers) on.at.servers.push_back({.name = each, .addresses = {}});
  on.glue = cut.to.glue;
  on.certain_glue = cut.certain_glue;
  on.glue_for_loss = cut.glue_for_loss;
  on.ttl = std::min(on.ttl, options_.keep.of(cut.to.ttl));
  on.by = on.by.with(cut.by);
  on.resolver_is_certain = on.at.by_resolver;
}

/// Addresses that are good for looking: proven before, glue, or the resolver's word. The resolver is never
/// asked for a name at or below the domain, which it is to be a witness of.
asio::awaitable<void> zone_finder::add_known_addresses(walk& on) {
  std::vector<asio::awaitable<void>> work;
  const auto ask_resolver = [&](zone_server& server) -> asio::awaitable<void> {
    const addresses of = co_await parts_.book.find(server.name, address_book::families::both);
    server.addresses = of.usable;
    server.is_certain = on.resolver_is_certain;
    on.at.some_private |= of.some_private;
  };
  for (zone_server& each : on.at.servers) {
    if (has_address(each) || each.is_certain) continue;  // certain and without: none that may be asked
    if (const kept_addresses* known = proven_.find(each.name);
        known != nullptr && known->until > options_.now()) {
      each.addresses = known->what.of.usable;
      on.at.some_private |= known->what.of.some_private;
      continue;
    }
    addresses of = parts_.book.sifted(each.name, on.glue);
    const bool is_known = !of.usable.empty() || of.some_private;
    on.at.some_private |= of.some_private;
    each.addresses = std::move(of.usable);
    const bool is_witnessed =
        is_at_or_below(each.name, on.registrable) || is_at_or_below(each.name, on.witnessed);
    const bool leads_the_witness = is_witnessed && !on.at.by_resolver;
    if (is_known || leads_the_witness) continue;
    on.questions += 2;
    work.push_back(ask_resolver(each));
  }
  if (!work.empty()) co_await together(std::move(work));
}

/// Addresses that a decision may rest on, where they can be had (rule T3a); the others are good for looking.
asio::awaitable<void> zone_finder::prove_addresses(walk& on) {
  if (on.resolver_is_certain) {
    co_await add_known_addresses(on);
    for (zone_server& each : on.at.servers) {
      each.is_certain |= has_address(each);
      each.is_certain_for_loss |= has_address(each);
    }
    co_return;
  }
  const steady_time now = options_.now();
  for (zone_server& each : on.at.servers) {
    if (each.is_certain) continue;
    const kept_addresses* known = proven_.find(each.name);
    const bool is_fresh = known != nullptr && now - known->found_at < options_.keep.least;
    proven_addresses what = by_glue(on, each.name);
    if (is_fresh && (known->what.for_loss || !what.for_loss))
      what = known->what;
    else if (!what.of.usable.empty())
      keep_proven(on, each.name, what);
    addresses& of = what.of;
    on.at.some_private |= of.some_private;
    each.is_certain = !of.usable.empty() || of.some_private;
    each.is_certain_for_loss = each.is_certain && what.for_loss;
    const addresses given = parts_.book.sifted(each.name, on.glue);
    each.is_contested = !each.is_certain && (!given.usable.empty() || given.some_private);
    if (each.is_certain) each.addresses = std::move(of.usable);
  }
  std::vector<asio::awaitable<void>> work;
  for (zone_server& each : on.at.servers)
    if (!each.is_certain && !is_at_or_below(each.name, on.at.apex) && work.size() < most_names)
      work.push_back(prove_elsewhere(on, each));
  if (!work.empty()) co_await together(std::move(work));
  for (std::size_t i = 0, inside = 0; i < on.at.servers.size() && inside < most_names; ++i) {
    zone_server& each = on.at.servers[i];
    if (each.is_certain || !is_at_or_below(each.name, on.at.apex)) continue;
    ++inside;
    co_await prove_inside(on, each);
  }
  co_await add_known_addresses(on);
}

asio::awaitable<void> zone_finder::prove_elsewhere(walk& on, zone_server& server) {
  if (on.nested >= most_nested || names(on.proving, server.name) || !on.has_budget()) co_return;
  if (on.nested == 0) {
    const std::function<asio::awaitable<bool>()> work = [this, &on, name = server.name]() {
      return prove(on, name);
    };
    co_await proving_.run(server.name, work);
  } else {
    co_await prove(on, server.name);
  }
  const kept_addresses* known = proven_.find(server.name);
  if (known == nullptr || options_.now() - known->found_at >= options_.keep.least) co_return;
  server.addresses = known->what.of.usable;
  server.is_certain = true;
  server.is_certain_for_loss = known->what.for_loss;
  on.at.some_private |= known->what.of.some_private;
}

/// Proves the addresses of a name by the delegation of its domain, or by the zone that holds it, and keeps
/// them.
asio::awaitable<bool> zone_finder::prove(walk& outer, std::string server) {
  std::string registrable = options_.registrable(server);
  if (registrable.empty() || !is_at_or_below(server, registrable)) registrable = server;
  walk on{.query = {.domain = server,
                    .label = {},
                    .name = server,
                    .type = rr_type::a,
                    .how = effort::decide,
                    .manner = outer.query.manner},
          .holder = server,
          .registrable = std::move(registrable),
          .witnessed = outer.witnessed,
          .questions = outer.questions,
          .nested = outer.nested + 1,
          .proving = outer.proving};
  on.proving.push_back(server);
  if (!co_await begin(on)) {
    const proven_addresses glued = by_glue(on, server);
    if (!glued.of.usable.empty() || glued.of.some_private) {
      keep_proven(on, server, glued);
      co_return true;
    }
  }
  const zone_reply reply = co_await decide(on);
  if (reply.search.what != outcome::found || !reply.zone_by.by_all) co_return false;
  const agreed_addresses v4 =
      agree_on_addresses({.of = reply.answers, .name = server, .type = rr_type::a, .servers = reply.servers});
  const agreed_addresses v6 = co_await addresses_by_zone(on, reply.search.where, server, rr_type::aaaa);
  const known_addresses both = both_families(v4, v6);
  if (!both.is_certain) co_return false;
  keep_proven(on, server,
              {parts_.book.sifted(server, both.records), both.for_loss && reply.zone_by.for_loss});
  co_return true;
}

asio::awaitable<known_addresses> zone_finder::addresses_by_zone(walk& on, const zone& where,
                                                                std::string name) {
  const agreed_addresses v4 = co_await addresses_by_zone(on, where, name, rr_type::a);
  const agreed_addresses v6 = co_await addresses_by_zone(on, where, name, rr_type::aaaa);
  co_return both_families(v4, v6);
}

asio::awaitable<agreed_addresses> zone_finder::addresses_by_zone(walk& on, const zone& where,
                                                                 std::string name, rr_type type) {
  on.questions += where.servers.size();
  const zone_question question{.name = name, .type = type, .manner = on.query.manner};
  const std::vector<server_answer> answers = co_await parts_.servers.ask_all(where, question);
  co_return agree_on_addresses({.of = answers, .name = name, .type = type, .servers = count_of(where)});
}

/// A server of the zone itself that no glue was certain of: its siblings give its addresses.
asio::awaitable<void> zone_finder::prove_inside(walk& on, zone_server& server) {
  if (!on.has_budget() || names(on.proving, server.name)) co_return;
  const bool somebody_can_be_asked = std::ranges::any_of(
      on.at.servers, [](const zone_server& each) { return each.is_certain && has_address(each); });
  if (!somebody_can_be_asked) co_return;
  const zone where = on.at;
  const known_addresses by_siblings = co_await addresses_by_zone(on, where, server.name);
  server.is_contested |= by_siblings.is_contested;
  if (!by_siblings.is_certain) co_return;
  const addresses of = parts_.book.sifted(server.name, by_siblings.records);
  keep_proven(on, server.name, {of, by_siblings.for_loss});
  server.addresses = of.usable;
  server.is_certain = true;
  server.is_certain_for_loss = by_siblings.for_loss;
  on.at.some_private |= of.some_private;
}

/// The addresses of a server that came with the delegation, or the cut, and are good for a decision.
zone_finder::proven_addresses zone_finder::by_glue(const walk& on, const std::string& server) const {
  addresses of = parts_.book.sifted(server, on.certain_glue);
  const addresses for_loss = parts_.book.sifted(server, on.glue_for_loss);
  const bool is_known = !of.usable.empty() || of.some_private;
  const bool is_for_loss =
      is_known && for_loss.usable == of.usable && for_loss.some_private == of.some_private;
  return {std::move(of), is_for_loss};
}

/// For all domains, where all that answered led here: what fewer led to is good for this walk alone, which
/// knows that.
void zone_finder::keep_proven(const walk& on, const std::string& server, proven_addresses what) {
  if (!on.by.by_all) return;
  what.for_loss &= on.by.for_loss;
  const steady_time now = options_.now();
  proven_.at(server) = {what, now, now + what.of.ttl};
}

/// Servers that the zone names beside those of the delegation: what more than half of all that the parent
/// names give (rule T4). A name once in stays until so many answer again.
asio::awaitable<void> zone_finder::add_servers_of_zone(walk& on) {
  const steady_time now = options_.now();
  const kept_set* known = sets_.find(on.at.apex);
  const bool is_fresh = known != nullptr && known->answered_at != steady_time{} &&
                        now - known->answered_at < options_.keep.least &&
                        known->delegated == on.at.delegated_to;
  std::vector<std::string> more;
  if (known != nullptr && !has_moved(known->delegated, on.at.delegated_to)) more = known->more;
  on.failures.clear();
  if (!is_fresh) {
    on.questions += on.at.servers.size();
    const zone_question question{.name = on.at.apex, .type = rr_type::ns, .manner = on.query.manner};
    const std::vector<server_answer> answers = co_await parts_.servers.ask_all(on.at, question);
    std::vector<delegation> given;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const server_answer& each = answers[i];
      if (each.was_asked() && !speaks(each)) on.failures.push_back(each);
      const bool counts = on.at.servers[i].is_certain_for_loss && each.reply.has_content();
      if (!counts || !each.reply.content->authoritative) continue;
      delegation own = delegation::read(on.at.apex, each.reply.content->answer);
      if (!own.servers.empty()) given.push_back(std::move(own));
      remember_start(on.at.apex, *each.reply.content);
    }
    const std::size_t delegated = on.at.servers.size();
    if (2 * given.size() > delegated) {
      more.clear();
      for (const delegation& each : given)
        for (const std::string& name : each.servers) {
          const auto gives = [&](const delegation& one) {
            return std::ranges::binary_search(one.servers, name);
          };
          const auto given_by = static_cast<std::size_t>(std::ranges::count_if(given, gives));
          const bool is_new =
              !names(more, name) && !names(on.at.delegated_to, name) &&
              std::ranges::find(on.at.servers, name, &zone_server::name) == on.at.servers.end();
          if (is_new && 2 * given_by > delegated && more.size() < delegation::most_servers)
            more.push_back(name);
        }
      if (on.by.by_all && on.by.for_loss) {
        kept_set& kept = sets_.at(on.at.apex);
        kept.more = more;
        kept.delegated = on.at.delegated_to;
        kept.answered_at = now;
      }
    }
  }
  bool has_new = false;
  for (const std::string& each : more) {
    if (std::ranges::find(on.at.servers, each, &zone_server::name) != on.at.servers.end()) continue;
    on.at.servers.push_back({.name = each, .addresses = {}, .is_certain = false, .is_delegated = false});
    has_new = true;
  }
  if (!has_new) co_return;
  std::ranges::sort(on.at.servers, {}, &zone_server::name);
  co_await prove_addresses(on);
}

void zone_finder::remember_start(std::string_view zone, const dns_reply& content) {
  const resource_record* const start = content.soa();
  if (start != nullptr && content.authoritative && is_at_or_below(start->owner, zone))
    sets_.at(start->owner).start = *start;
}

/// One more question to the server that gave an answer, where it gave it.
asio::awaitable<std::optional<server_answer>> zone_finder::ask_again(walk& on, const server_answer& whom,
                                                                     zone_question what) {
  if (!on.has_budget()) co_return std::nullopt;
  ++on.questions;
  const zone_server same{.name = whom.name, .addresses = {whom.address}, .is_certain = whom.is_certain};
  server_answer answer = co_await parts_.servers.ask(on.at, same, std::move(what));
  if (!answer.reply.has_content()) co_return std::nullopt;
  co_return answer;
}

/// What a server's answer claims about the zone that holds the name; its SOA is asked for where the answer
/// does not say. A server that answers for the zone, but not for its SOA, still serves it.
asio::awaitable<std::optional<cut_claim>> zone_finder::claim(walk& on, const server_answer& answer) {
  if (!speaks(answer)) co_return std::nullopt;
  const dns_reply& content = *answer.reply.content;
  const placed_name place{.zone = on.at.apex, .holder = on.holder};
  std::optional<cut_claim> claim = claim_of(content, place);
  if (!claim && !content.authoritative) {  // a referral further down than the holder: the record's own matter
    if (!content.is_referral()) co_return std::nullopt;
    claim = cut_claim{.apex = on.at.apex};
  }
  if (!claim) {
    const std::string key = on.holder + " " + on.at.apex + " " + answer.address.to_string();
    const kept_claim* kept = claims_.find(key);
    if (kept != nullptr && options_.now() - kept->at < options_.keep.least) {
      claim = kept->claim;
    } else {
      const zone_question question{.name = on.holder, .type = rr_type::soa, .manner = on.query.manner};
      const auto start = co_await ask_again(on, answer, question);
      if (start && !start->is_lame) {
        claim = claim_of(*start->reply.content, place);
        remember_start(on.at.apex, *start->reply.content);
      }
      if (!claim) claim = cut_claim{.apex = on.at.apex};
      if (claim->apex == on.at.apex) claims_.at(key) = {*claim, options_.now()};
    }
  } else {
    remember_start(on.at.apex, content);
  }
  claim->is_delegated = answer.is_delegated;
  claim->is_certain_for_loss = answer.is_certain_for_loss;
  const bool holds_the_zone_below = claim->apex != on.at.apex && claim->to.servers.empty();
  if (holds_the_zone_below) {
    const zone_question question{.name = claim->apex, .type = rr_type::ns, .manner = on.query.manner};
    const auto own = co_await ask_again(on, answer, question);
    if (own && own->reply.content->authoritative) {
      claim->to = delegation::read(claim->apex, own->reply.content->answer);
      claim->to.add_glue(own->reply.content->additional, on.at.apex);
    }
    claim->to.apex = claim->apex;
  }
  co_return claim;
}

asio::awaitable<std::vector<std::optional<cut_claim>>> zone_finder::claims(
    walk& on, const std::vector<server_answer>& answers) {
  std::vector<std::optional<cut_claim>> all(answers.size());
  std::vector<asio::awaitable<void>> work;
  const auto put = [&](std::size_t i) -> asio::awaitable<void> { all[i] = co_await claim(on, answers[i]); };
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (speaks(answers[i])) work.push_back(put(i));
  if (!work.empty()) co_await together(std::move(work));
  co_return all;
}

asio::awaitable<zone_reply> zone_finder::decide(walk& on) {
  zone_reply reply;
  if (auto failed = co_await begin(on)) {
    reply.search = *std::move(failed);
    co_return reply;
  }
  for (int depth = 0; depth <= deepest; ++depth) {
    co_await prove_addresses(on);
    co_await add_servers_of_zone(on);
    on.questions += on.at.servers.size();
    const zone_question question{.name = on.query.name, .type = on.query.type, .manner = on.query.manner};
    reply.answers = co_await parts_.servers.ask_all(on.at, question, authority::addresses::all);
    for (std::size_t i = 0; i < reply.answers.size(); ++i) {
      if (has_address(on.at.servers[i]) && !reply.answers[i].was_asked() && !reply.answers[i].is_resting)
        on.ready_at = options_.now();
    }
    reply.servers = count_of(on.at);
    const std::vector<std::optional<cut_claim>> all = co_await claims(on, reply.answers);
    const agreed_cut cut = agreed(all, reply, on.at.apex);
    if (cut.what == agreed_cut::kind::below) {
      descend(on, cut);
      continue;
    }
    if (cut.what != agreed_cut::kind::here) {
      reply.search = failure(on, with_failures(reply.answers, on.failures));
      if (cut.what == agreed_cut::kind::split) {
        reply.search.what = outcome::disagreement;
        reply.search.detail = on.at.apex;
      }
      co_return reply;
    }
    for (std::size_t i = 0; i < all.size(); ++i)
      reply.answers[i].counts = all[i] && all[i]->apex == on.at.apex;
    reply.zone_by = on.by.with(cut.by);
    std::vector<old_glue> glue;
    if (on.nested == 0) glue = co_await replace_old_glue(on, reply);
    keep_cut(on);
    reply.search = found(on);
    reply.search.glue = std::move(glue);
    co_return reply;
  }
  reply.search = failure(on, {});
  co_return reply;
}

/// A server of the zone itself that does not answer, or is behind, at the address that the parent has may
/// have another one by now: the one that more than half of all, and two, give. Where so many cannot be had,
/// the other address is asked for the diagnosis alone (rule T7).
asio::awaitable<std::vector<old_glue>> zone_finder::replace_old_glue(walk& on, zone_reply& reply) {
  std::vector<old_glue> left;
  const auto has_records = [](const server_answer& each) {
    return speaks(each) && !each.reply.content->answer.empty();
  };
  const bool some_have = std::ranges::any_of(reply.answers, has_records);
  for (std::size_t i = 0; i < reply.answers.size(); ++i) {
    zone_server& server = on.at.servers[i];
    const bool is_behind = !speaks(reply.answers[i]) || (some_have && !has_records(reply.answers[i]));
    if (!is_behind || !has_address(server) || !is_at_or_below(server.name, on.at.apex) || !on.has_budget())
      continue;
    const zone where = on.at;
    const agreed_addresses v4 = co_await addresses_by_zone(on, where, server.name, rr_type::a);
    const agreed_addresses v6 = co_await addresses_by_zone(on, where, server.name, rr_type::aaaa);
    const bool by_most = v4.by_most && v6.by_most;
    std::vector<resource_record> records = v4.records;
    records.insert(records.end(), v6.records.begin(), v6.records.end());
    const addresses given = parts_.book.sifted(server.name, records);
    const auto is_new = [&](const server_address& each) {
      return std::ranges::find(server.addresses, each) == server.addresses.end();
    };
    if (given.usable.empty() || std::ranges::none_of(given.usable, is_new)) continue;
    zone_server moved = server;
    moved.addresses = given.usable;
    moved.is_certain_for_loss &= v4.for_loss && v6.for_loss;
    const zone_question question{.name = on.query.name, .type = on.query.type, .manner = on.query.manner};
    server_answer answer = co_await parts_.servers.ask(on.at, moved, question, authority::addresses::all);
    if (by_most) {
      keep_proven(on, server.name, {given, moved.is_certain_for_loss});
      server = moved;
      const auto claimed = co_await claim(on, answer);
      answer.counts = claimed && claimed->apex == on.at.apex;
      reply.answers[i] = std::move(answer);
    } else if (speaks(answer)) {
      left.push_back({.server = server.name, .at_parent = server.addresses, .at_zone = std::move(answer)});
    }
  }
  co_return left;
}

/// One server's word after the other, downwards.
asio::awaitable<zone_reply> zone_finder::look(walk& on, bool may_find_anew) {
  zone_reply reply;
  const kept_cut* const kept = cuts_.find(on.holder);
  if (kept != nullptr && kept->until > options_.now()) {
    on.at = kept->where;
    on.ttl = options_.keep.least;
    on.is_from_cache = true;
  } else if (auto failed = co_await begin(on)) {
    reply.search = *std::move(failed);
    co_return reply;
  }
  for (int depth = 0; depth <= deepest; ++depth) {
    co_await add_known_addresses(on);
    if (depth > 0) cuts_.at(on.holder) = {on.at, options_.now(), options_.now() + on.ttl};
    ++on.questions;
    const zone_question question{.name = on.query.name, .type = on.query.type, .manner = on.query.manner};
    auto answer = co_await parts_.servers.ask_one(on.at, question);
    if (answer && speaks(*answer)) {
      const dns_reply& content = *answer->reply.content;
      if (auto to = referral_of(content, on.at.apex, on.holder); to && !to->servers.empty()) {
        agreed_cut cut{.what = agreed_cut::kind::below, .apex = to->apex, .to = *std::move(to)};
        descend(on, cut);
        continue;
      }
      remember_start(on.at.apex, content);
      reply.search = found(on);
      reply.answers.push_back(*std::move(answer));
      co_return reply;
    }
    // Nobody of the zone answers: perhaps it has moved.
    const kept_cut* const cut = cuts_.find(on.holder);
    const bool is_old = cut == nullptr || options_.now() - cut->found_at >= options_.keep.least;
    if (is_old) cuts_.erase(on.holder);
    if (answer) parts_.delegations.forget(on.registrable);
    if (may_find_anew && answer && is_old) {
      walk anew{.query = on.query,
                .holder = on.holder,
                .registrable = on.registrable,
                .witnessed = on.witnessed,
                .questions = on.questions};
      const std::vector<std::string> before = on.at.delegated_to;
      if (!co_await begin(anew) && anew.at.delegated_to != before) co_return co_await look(anew, false);
    }
    const bool nobody_has_an_address = std::ranges::none_of(on.at.servers, has_address);
    if (!answer && !nobody_has_an_address) {  // all are busy, or left alone
      reply.search = found(on);
      co_return reply;
    }
    std::vector<server_answer> answers;
    if (answer) answers.push_back(*answer);
    reply.search = failure(on, answers);
    if (!nobody_has_an_address) {
      reply.search.what = outcome::found;
      reply.answers = std::move(answers);
    }
    co_return reply;
  }
  reply.search = failure(on, {});
  co_return reply;
}

/// The next look at the name begins at the zone below that was found.
void zone_finder::keep_cut(const walk& on) {
  if (on.nested > 0) return;
  if (on.at.apex == on.registrable || !is_below(on.at.apex, on.registrable))
    cuts_.erase(on.holder);
  else
    cuts_.at(on.holder) = {on.at, options_.now(), options_.now() + on.ttl};
}

zone_search zone_finder::found(const walk& on) {
  zone_search search;
  search.what = outcome::found;
  search.where = on.at;
  if (const kept_set* set = sets_.find(on.at.apex); set != nullptr) search.where.start = set->start;
  search.detail = on.at.servers.empty() ? on.at.apex : on.at.servers.front().name;
  return search;
}

/// Nobody answered for the zone.
zone_search zone_finder::failure(const walk& on, std::vector<server_answer> answers) const {
  zone_search failed;
  failed.where = on.at;
  const bool askable = std::ranges::any_of(on.at.servers, has_address);
  failed.what = askable ? outcome::unreachable : outcome::not_askable;
  if (on.ready_at &&
      std::ranges::none_of(answers, &server_answer::was_asked)) {  // says nothing of the domain
    failed.what = outcome::busy;
    failed.ready_at = on.ready_at;
  }
  failed.detail = on.at.servers.empty() ? on.at.apex : on.at.servers.front().name;
  for (const server_answer& each : answers)
    if (each.was_asked()) failed.detail = each.name;
  failed.answers = std::move(answers);
  return failed;
}

}  // namespace easydkim
