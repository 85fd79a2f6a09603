// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/evidence.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "core/diagnosis/diagnosis_expiry.hpp"

namespace easydkim {
namespace {

/// Times of one moment: a cache counts down to it in whole seconds.
constexpr duration same_moment = std::chrono::minutes{1};

void cut(std::string& text, std::size_t longest) {
  if (text.size() > longest) text.resize(longest);
}

answer_seen cut(answer_seen answer) {
  cut(answer.name, evidence::longest_name);
  for (std::string* text :
       {&answer.type, &answer.server, &answer.rcode, &answer.flags, &answer.target, &answer.extended_error})
    cut(*text, evidence::longest_text);
  return answer;
}

zone_seen cut(zone_seen zone) {
  cut(zone.apex, evidence::longest_name);
  cut(zone.primary, evidence::longest_text);
  if (zone.servers.size() > evidence::most_servers) zone.servers.resize(evidence::most_servers);
  for (std::string& each : zone.servers) cut(each, evidence::longest_text);
  return zone;
}

server_sighting cut(server_sighting server) {
  cut(server.name, evidence::longest_text);
  cut(server.address, evidence::longest_address);
  return server;
}

diagnosis cut(diagnosis cause) {
  cut(cause.explanation, evidence::longest_explanation);
  cut(cause.observed, evidence::longest_text);
  cut(cause.server, evidence::longest_text);
  return cause;
}

diagnosis_report cut(diagnosis_report report) {
  for (diagnosis& each : report.records) each = cut(std::move(each));
  report.whole = cut(std::move(report.whole));
  return report;
}

std::size_t text_octets(std::initializer_list<std::string_view> texts) noexcept {
  std::size_t octets = 0;
  for (const std::string_view each : texts) octets += 2 + each.size();
  return octets;
}

std::size_t octets_of(const answer_seen& answer) noexcept {
  return 12 + text_octets({answer.name, answer.type, answer.server, answer.rcode, answer.flags, answer.target,
                           answer.extended_error});
}
std::size_t octets_of(const zone_seen& zone) noexcept {
  std::size_t octets = 6 + text_octets({zone.apex, zone.primary});
  for (const std::string& each : zone.servers) octets += text_octets({each});
  return octets;
}
std::size_t octets_of(const record_sighting& record) noexcept {
  std::size_t octets = 12;
  for (const server_sighting& each : record.published) octets += 6 + text_octets({each.name, each.address});
  return octets;
}
std::size_t octets_of(const diagnosis& cause) noexcept {
  return 10 + text_octets({cause.explanation, cause.observed, cause.server});
}

auto asked_of(const answer_seen& answer) {
  return std::tie(answer.name, answer.type, answer.server);
}

/// The text of an Extended DNS Error may name whichever server was at fault; its code says what it is.
std::string_view code_of(std::string_view extended_error) {
  return extended_error.substr(0, extended_error.find("): "));
}

bool say_the_same(const answer_seen& one, const answer_seen& other) {
  return one.rcode == other.rcode && one.flags == other.flags && one.target == other.target &&
         code_of(one.extended_error) == code_of(other.extended_error);
}

using answers = std::vector<answer_seen>;

/// The last answer of each name, type and server is among the kept, and none other.
bool are_all_the_last(const answers& kept) {
  for (auto each = kept.begin(); each != kept.end(); ++each)
    if (std::any_of(each + 1, kept.end(),
                    [&](const answer_seen& later) { return asked_of(later) == asked_of(*each); }))
      return false;
  return true;
}

bool has_room(const evidence& kept) {
  constexpr std::size_t longest_answer = 12 + 2 + evidence::longest_name + 6 * (2 + evidence::longest_text);
  return kept.answers.size() < evidence::most_answers &&
         octets_of(kept) + longest_answer <= evidence::most_octets;
}

bool is_news(const answer_seen& answer, const evidence& beside) {
  const auto last = std::find_if(beside.answers.rbegin(), beside.answers.rend(),
                                 [&](const answer_seen& each) { return asked_of(each) == asked_of(answer); });
  if (last != beside.answers.rend()) return !say_the_same(*last, answer);
  if (has_room(beside) || !are_all_the_last(beside.answers)) return true;
  return std::ranges::none_of(beside.answers, [&](const answer_seen& each) {
    return each.name == answer.name && each.type == answer.type && say_the_same(each, answer);
  });
}

/// Takes the oldest answer that a later one replaces, or else the oldest.
void drop_one(answers& kept) {
  for (auto each = kept.begin(); each != kept.end(); ++each)
    if (std::any_of(each + 1, kept.end(),
                    [&](const answer_seen& later) { return asked_of(later) == asked_of(*each); })) {
      kept.erase(each);
      return;
    }
  kept.erase(kept.begin());
}

void merge_answers(evidence& into, const answers& news) {
  for (const answer_seen& each : news) {
    answer_seen answer = cut(each);
    if (is_news(answer, into)) into.answers.push_back(std::move(answer));
    while (into.answers.size() > evidence::most_answers) drop_one(into.answers);
  }
}

void merge_zone(std::optional<zone_seen>& into, const std::optional<zone_seen>& news) {
  if (!news) return;
  zone_seen zone = cut(*news);
  const auto who = [](const zone_seen& some) { return std::tie(some.apex, some.servers, some.primary); };
  if (!into || who(*into) != who(zone)) into = std::move(zone);
}

bool is_moved(const std::optional<time_point>& from, const std::optional<time_point>& to) {
  if (!from || !to) return from.has_value() != to.has_value();
  return std::chrono::abs(*to - *from) > same_moment;
}

/// A server whose address was not known yet, or is not any more, is no second one. True when that changes
/// `into`.
bool fit_address(std::vector<server_sighting>& into, server_sighting& server) {
  if (server.address.empty()) {
    const auto same = std::ranges::find(into, server.name, &server_sighting::name);
    if (same != into.end()) server.address = same->address;
    return false;
  }
  return std::erase_if(into, [&](const server_sighting& other) {
           return other.name == server.name && other.address.empty();
         }) > 0;
}

/// Servers that were not asked this time stay as they were seen. True when one was seen otherwise than
/// before.
bool merge_servers(std::vector<server_sighting>& into, const std::vector<server_sighting>& news) {
  bool changed = false;
  for (const server_sighting& each : news) {
    server_sighting server = cut(each);
    changed |= fit_address(into, server);
    const auto known = std::ranges::find_if(into, [&](const server_sighting& other) {
      return other.name == server.name && other.address == server.address;
    });
    if (known != into.end() && known->has == server.has) {
      if (!known->serial) known->serial = server.serial;  // a poll asked it before, without its serial
      continue;
    }
    if (known != into.end()) {
      *known = std::move(server);
    } else if (into.size() < evidence::most_servers) {
      into.push_back(std::move(server));
    } else {
      // Of more servers than are kept, one more that says what others say tells nothing.
      if (std::ranges::find(into, server.has, &server_sighting::has) != into.end()) continue;
      into.back() = std::move(server);
    }
    changed = true;
  }
  return changed;
}

void drop_former_servers(std::vector<server_sighting>& published, const zone_seen& zone) {
  std::erase_if(published, [&](const server_sighting& each) {
    return std::ranges::none_of(zone.servers, [&](std::string name) {
      cut(name, evidence::longest_text);
      return name == each.name;
    });
  });
}

void merge_record(record_sighting& into, const record_sighting& news) {
  using enum record_sighting::visibility;
  const bool moved = merge_servers(into.published, news.published);
  // What the resolver said of the record as it was, says nothing of it as it is.
  if (news.visible != unknown ? news.visible != into.visible : moved) {
    into.visible = news.visible;
    into.visible_at = news.visible_at;
  }
  if (news.visible != unknown && is_moved(into.visible_at, news.visible_at))
    into.visible_at = news.visible_at;
}

bool say_the_same(const diagnosis& one, const diagnosis& other) {
  return one.code == other.code && one.observed == other.observed && !is_moved(one.until, other.until);
}
bool say_the_same(const diagnosis_report& one, const diagnosis_report& other) {
  return say_the_same(one.whole, other.whole) &&
         std::ranges::equal(one.records, other.records,
                            [](const diagnosis& a, const diagnosis& b) { return say_the_same(a, b); });
}

void merge_report(std::optional<diagnosis_report>& into, const std::optional<diagnosis_report>& news) {
  if (!news) return;
  diagnosis_report report = cut(*news);
  if (!into || !say_the_same(*into, report)) into = std::move(report);
}

/// What stays with records that are in place: what is only worth knowing; and what may be wrong with them all
/// the same, when it was seen by this very check.
void forget_what_was_wrong(std::optional<diagnosis_report>& report, const merge_order& order) {
  if (!report) return;
  for (diagnosis& each : report->records) {
    const bool is_fresh = order.news.diagnosed && expiry_of(each.code) == diagnosis_expiry::never;
    if (!is_fresh && class_of(each.code) != diagnosis_class::info) each = {};
  }
  report->whole = most_telling(report->records);
  if (report->whole.code == diagnosis_code::none) report.reset();
}

}  // namespace

bool observation::empty() const noexcept {
  return answers.empty() && !zone && !diagnosed &&
         std::ranges::none_of(records, [](const auto& each) { return each.has_value(); });
}

std::size_t octets_of(const evidence& kept) noexcept {
  std::size_t octets = 32;
  for (const answer_seen& each : kept.answers) octets += octets_of(each);
  for (const auto* zone : {&kept.zone, &kept.zone_at_success})
    if (*zone) octets += octets_of(**zone);
  for (const record_sighting& each : kept.records) octets += octets_of(each);
  if (!kept.diagnosed) return octets;
  for (const diagnosis& each : kept.diagnosed->records) octets += octets_of(each);
  return octets + 8 + octets_of(kept.diagnosed->whole);
}

std::optional<evidence> merge_evidence(const merge_order& order) {
  if (order.news.empty() && !order.now_verified) return std::nullopt;
  evidence after = order.before;
  merge_zone(after.zone, order.news.zone);
  for (std::size_t i = 0; i < most_records; ++i) {
    if (order.news.zone) drop_former_servers(after.records[i].published, *order.news.zone);
    if (order.news.records[i]) merge_record(after.records[i], *order.news.records[i]);
  }
  merge_report(after.diagnosed, order.news.diagnosed);
  if (order.now_verified) {
    after.zone_at_success = order.news.zone ? cut(*order.news.zone) : after.zone;
    forget_what_was_wrong(after.diagnosed, order);
  }
  merge_answers(after, order.news.answers);
  while (octets_of(after) > evidence::most_octets && !after.answers.empty()) drop_one(after.answers);
  if (after == order.before) return std::nullopt;
  if (order.news.zone) after.zone = cut(*order.news.zone);  // with its new serial, now that it is written
  return after;
}

}  // namespace easydkim
