#include "resolver/record_look.hpp"

#include <algorithm>
#include <utility>

#include "resolver/answer_evidence.hpp"
#include "resolver/dns_answer.hpp"

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
    if (each.addresses.empty())
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
  result.searched = co_await directory_.find(order.domain, below);
  if (result.searched.what != zone_search::outcome::found) co_return result;
  const zone& where = result.searched.where;

  if (order.how == look_order::extent::poll && !is_on_some(order.before.seen)) {
    auto one = co_await servers_.ask_one(where, order.name(), type_of(order.of), order.turn);
    if (!one) co_return result;
    note(result, order, {&*one, 1});
    const bool has_something =
        result.seen.kind == finding_kind::found || result.seen.kind == finding_kind::wrong_target;
    if (!has_something) co_return result;
  }
  const auto all = co_await servers_.ask_all(where, order.name(), type_of(order.of), order.longest_wait);
  note(result, order, all);
  add_unaddressed(result.where.published, where);
  if (result.seen.reason == finding_reason::on_some_servers) co_await add_serials(result);
  co_return result;
}

/// Replaces what `result` says of the record.
void record_looker::note(record_look& result, const look_order& order,
                         std::span<const server_answer> answers) {
  result.where.published.clear();
  result.answers.clear();
  const std::string name = order.name();
  std::vector<server_finding> findings;
  for (const server_answer& each : answers) {
    const finding seen = finding_of(each, order);
    findings.push_back({each.name, seen, each.is_resting});
    result.where.published.push_back(
        {.name = each.name, .address = each.address.address.to_string(), .has = seen.kind, .serial = {}});
    if (!each.was_asked()) continue;
    result.was_asked = true;
    result.was_answered |= each.reply.has_content();
    result.answers.push_back(as_evidence(
        {.name = name, .type = type_of(order.of), .server = each.server(), .at = now_()}, each.reply));
  }
  if (result.was_asked) result.seen = tally(findings, needed_after(order.before, now_()));
}

/// Which of them is behind.
asio::awaitable<void> record_looker::add_serials(record_look& result) {
  const zone& where = result.searched.where;
  const auto starts = co_await servers_.ask_all(where, where.apex, rr_type::soa);
  for (const server_answer& each : starts) {
    if (!each.reply.has_content() || each.is_lame) continue;
    const resource_record* start = each.reply.content->soa();
    if (start == nullptr || start->owner != where.apex) continue;
    const auto at = std::ranges::find(result.where.published, each.name, &server_sighting::name);
    if (at != result.where.published.end()) at->serial = start->soa.serial;
  }
}

}  // namespace easydkim
