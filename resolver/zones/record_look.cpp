// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/record_look.hpp"

#include <algorithm>
#include <utility>

#include "core/policy.hpp"
#include "resolver/wire/dns_answer.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

finding_reason reason_of(server_reply::outcome what) {
  switch (what) {
    case server_reply::outcome::timed_out:
      return finding_reason::timeout;
    case server_reply::outcome::arrived:
    case server_reply::outcome::unreadable:
      return finding_reason::unreadable;
    case server_reply::outcome::unreachable:
      break;
  }
  return finding_reason::servers_unreachable;
}

/// Then one of them alone, which may lack it, says nothing new.
bool is_on_some(const finding& before) noexcept {
  return before.kind == finding_kind::found || before.reason == finding_reason::on_some_servers;
}

/// Why a server's answer says nothing of any record.
finding no_answer_of(const server_answer& answer) {
  const server_reply& reply = answer.reply;
  if (!reply.has_content()) return {finding_kind::no_answer, reason_of(reply.what), {}};
  constexpr unsigned servfail = 2;  // RFC 1035 section 4.1.1
  constexpr unsigned refused = 5;
  if (reply.content->rcode == servfail) return {finding_kind::no_answer, finding_reason::servfail, {}};
  if (reply.content->rcode == refused) return {finding_kind::no_answer, finding_reason::refused, {}};
  return {finding_kind::no_answer, finding_reason::not_authoritative, {}};
}

/// Only what is said with authority counts.
finding finding_of(const server_answer& answer, const look_order& order) {
  const server_reply& reply = answer.reply;
  if (!reply.has_content()) return {finding_kind::no_answer, reason_of(reply.what), {}};
  const expectation expected{.label = order.label,
                             .suffix = order.suffix,
                             .text = order.text,
                             .is = order.of == proof::dkim ? order.is : expectation::target::text,
                             .over = reply.over};
  finding seen = read_answer(reply.message, reply.asked, expected);
  // A delegation of the very name is a record of another type at it.
  const bool is_delegation = seen.reason == finding_reason::referral && reply.content->is_referral() &&
                             std::ranges::any_of(reply.content->authority, [&](const resource_record& each) {
                               return each.type == rr_type::ns && each.owner == order.name();
                             });
  if (is_delegation) return {finding_kind::absent, finding_reason::no_such_type, {}};
  if (seen.kind == finding_kind::no_answer || reply.content->authoritative) return seen;
  return {finding_kind::no_answer, finding_reason::not_authoritative, {}};
}

}  // namespace

rr_type type_of(proof of) noexcept {
  return of == proof::dkim ? rr_type::cname : rr_type::txt;
}

std::string look_order::name() const {
  return label + (of == proof::dkim ? "._domainkey." : ".") + domain;
}

void add_unaddressed(std::vector<server_sighting>& to, const zone& where) {
  for (const zone_server& each : where.servers)
    if (each.addresses.empty() && std::ranges::find(to, each.name, &server_sighting::name) == to.end())
      to.push_back(
          {.name = each.name, .address = {}, .has = finding_kind::no_answer, .serial = std::nullopt});
}

zone_seen seen_of(const zone& where) {
  zone_seen seen;
  seen.apex = where.apex;
  for (const zone_server& each : where.servers) seen.servers.push_back(each.name);
  std::ranges::sort(seen.servers);
  if (where.start) {
    seen.primary = where.start->soa.primary;
    seen.serial = where.start->soa.serial;
  }
  return seen;
}

asio::awaitable<record_look> record_looker::look(look_order order) {
  record_look result;
  const std::string below = order.of == proof::dkim ? "_domainkey" : order.label;
  zone_query query{.domain = order.domain,
                   .label = below,
                   .name = order.name(),
                   .type = type_of(order.of),
                   .how = effort::look,
                   .manner = order.manner};
  if (order.how == look_order::extent::poll && !is_on_some(order.before.seen)) {
    zone_reply one = co_await zones_.ask(query);
    note(result, order, std::move(one));
    result.decides_loss = false;
    const bool has_something =
        result.seen.kind == finding_kind::found || result.seen.kind == finding_kind::wrong_target;
    if (!has_something || result.seen == order.before.seen) co_return result;
  }
  query.how = effort::decide;
  zone_reply all = co_await zones_.ask(std::move(query));
  result = {};
  note(result, order, std::move(all));
  if (result.seen.reason == finding_reason::on_some_servers) co_await add_serials(result);
  co_return result;
}

/// What all addresses of a server say: one that lacks the record, or has another value, speaks for all of them.
void record_looker::note(record_look& result, const look_order& order, zone_reply&& reply) {
  result.searched = std::move(reply.search);
  const std::string name = order.name();
  const auto keep = [&](const server_answer& each) {
    if (!each.was_asked()) return;
    result.was_asked = true;
    result.was_answered |= each.reply.has_content();
    result.answers.push_back(as_evidence(
        {.name = name, .type = type_of(order.of), .server = each.server(), .at = now_()}, each.reply));
  };
  const bool is_one = reply.servers.all == 0;  // of a look: good for a candidate
  std::vector<server_finding> findings;
  std::vector<server_answer> replies;
  for (server_answer& each : reply.answers) {
    finding seen = finding_of(each, order);
    server_answer* speaker = &each;
    keep(each);
    for (server_answer& other : each.elsewhere) {
      keep(other);
      finding there = finding_of(other, order);
      const bool speaks = there.kind != finding_kind::no_answer &&
                          (seen.kind == finding_kind::no_answer || is_conclusive_negative(there.kind));
      if (!speaks || is_conclusive_negative(seen.kind)) continue;
      seen = std::move(there);
      speaker = &other;
    }
    const bool has_address = !speaker->address.address.is_unspecified();
    result.where.published.push_back(
        {.name = each.name,
         .address = has_address ? speaker->address.address.to_string() : std::string{},
         .has = seen.kind,
         .serial = {}});
    if (!each.counts && seen.kind != finding_kind::no_answer)
      seen = {finding_kind::no_answer, finding_reason::servers_disagree, {}};
    findings.push_back({.server = each.name,
                        .seen = std::move(seen),
                        .is_delegated = is_one || each.is_delegated,
                        .is_certain = is_one || each.is_certain,
                        .is_certain_for_loss = is_one || each.is_certain_for_loss});
    if (is_one) continue;
    server_answer speaking = std::move(*speaker);
    speaking.elsewhere.clear();
    replies.push_back(std::move(speaking));
  }
  if (result.searched.what != zone_search::outcome::found) return note_failure(result);
  if (!result.was_asked) return;
  const auto& since = order.before.majority_since;
  const consensus together =
      zone_consensus({.of = findings,
                      .servers = is_one ? zone_size{1, 1} : reply.servers,
                      .zone_by = reply.zone_by,
                      .has_split_for_long = since && now_() - *since >= longest_split,
                      .is_decoy = order.is == expectation::target::control});
  result.seen = together.seen;
  if (is_one) return;
  result.replies = std::move(replies);
  result.decides_loss = together.decides_loss;
  result.most = together.most;
}

/// What the way to the zone says of the record.
void record_looker::note_failure(record_look& result) const {
  using enum zone_search::outcome;
  const auto no_answer = [](finding_reason why) { return finding{finding_kind::no_answer, why, {}}; };
  switch (result.searched.what) {
    case no_such_domain:
      result.seen = {finding_kind::absent, finding_reason::no_such_name, {}};
      result.decides_loss = true;
      break;
    case disagreement:
      result.seen = no_answer(finding_reason::servers_disagree);
      break;
    case parent_unreachable:
      result.seen = no_answer(finding_reason::parent_unreachable);
      break;
    case no_resolver:
      result.seen = no_answer(finding_reason::unreachable);
      break;
    case found:
    case not_askable:
    case unreachable:
    case port_closed: {
      finding why = no_answer(finding_reason::servers_unreachable);
      for (const server_answer& each : result.searched.answers)
        if (each.was_asked() && why.reason == finding_reason::servers_unreachable)
          why = no_answer_of(each);
      result.seen = std::move(why);
      break;
    }
    case busy:
      break;
  }
}

/// Which of them is behind.
asio::awaitable<void> record_looker::add_serials(record_look& result) {
  const zone& where = result.searched.where;
  const zone_question question{.name = where.apex, .type = rr_type::soa};
  const auto starts = co_await servers_.ask_all(where, question);
  for (const server_answer& each : starts) {
    if (!each.reply.has_content() || each.is_lame) continue;
    const resource_record* start = each.reply.content->soa();
    if (start == nullptr || start->owner != where.apex) continue;
    const auto at = std::ranges::find(result.where.published, each.name, &server_sighting::name);
    if (at != result.where.published.end()) at->serial = start->soa.serial;
  }
}

}  // namespace easydkim
