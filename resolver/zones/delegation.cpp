// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/delegation.hpp"

#include <algorithm>
#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

bool is_address(const resource_record& record) {
  return record.type == rr_type::a || record.type == rr_type::aaaa;
}

bool same_address(const resource_record& a, const resource_record& b) {
  return a.owner == b.owner && a.type == b.type && a.text == b.text;
}

/// The glue that more than half of `answers` give.
std::vector<resource_record> glue_of_most(std::span<const parent_answer> answers) {
  std::vector<resource_record> common;
  for (const parent_answer& each : answers)
    for (const resource_record& glue : each.to.glue) {
      const auto same = [&](const resource_record& other) { return same_address(glue, other); };
      if (std::ranges::any_of(common, same)) continue;
      const auto gives = [&](const parent_answer& one) { return std::ranges::any_of(one.to.glue, same); };
      const auto given_by = static_cast<std::size_t>(std::ranges::count_if(answers, gives));
      if (2 * given_by > answers.size()) common.push_back(glue);
    }
  return common;
}

/// Adds what others that agree with it give: whoever answers first leaves out no address.
void add_glue_of_others(parent_answer& to, std::span<const parent_answer> answers) {
  for (const parent_answer& each : answers)
    for (const resource_record& glue : each.to.glue) {
      const auto same = [&](const resource_record& other) { return same_address(glue, other); };
      const bool fits = each.agrees_with(to) && std::ranges::none_of(to.to.glue, same);
      if (fits && to.to.glue.size() < delegation::most_glue) to.to.glue.push_back(glue);
    }
}

/// Whether a name has addresses, and none of them are those that `certain` has.
bool is_split_over_glue(std::span<const parent_answer> answers, std::span<const resource_record> certain) {
  return std::ranges::any_of(answers, [&](const parent_answer& each) {
    return std::ranges::any_of(each.to.glue, [&](const resource_record& glue) {
      return std::ranges::none_of(certain, [&](const resource_record& other) { return other.owner == glue.owner; });
    });
  });
}

}  // namespace

delegation delegation::read(std::string apex, const std::vector<resource_record>& records) {
  delegation found;
  for (const resource_record& each : records) {
    if (each.type != rr_type::ns || each.owner != apex || !is_server_name(each.text)) continue;
    found.ttl = found.servers.empty() ? each.ttl : std::min(found.ttl, each.ttl);
    found.servers.push_back(each.text);
  }
  std::ranges::sort(found.servers);
  found.servers.erase(std::unique(found.servers.begin(), found.servers.end()), found.servers.end());
  if (found.servers.size() > most_servers) found.servers.resize(most_servers);
  found.apex = std::move(apex);
  return found;
}

void delegation::add_glue(const std::vector<resource_record>& records, std::string_view referrer) {
  for (const resource_record& each : records) {
    const bool fits = is_address(each) && is_at_or_below(each.owner, referrer) &&
                      std::ranges::binary_search(servers, each.owner);
    if (fits && glue.size() < most_glue) glue.push_back(each);
  }
}

std::optional<delegation> referral_of(const dns_reply& content, std::string_view from,
                                      std::string_view holder) {
  if (!content.is_referral()) return std::nullopt;
  for (const resource_record& each : content.authority) {
    const bool leads_there = each.type == rr_type::ns && is_below(each.owner, from) &&
                             is_at_or_below(holder, each.owner);
    if (!leads_there) continue;
    delegation to = delegation::read(each.owner, content.authority);
    to.add_glue(content.additional, from);
    return to;
  }
  return std::nullopt;
}

bool parent_answer::agrees_with(const parent_answer& other) const noexcept {
  if (what != other.what) return false;
  return what != kind::delegated || (to.apex == other.to.apex && to.servers == other.to.servers);
}

parent_answer read_parent_answer(const dns_reply& content, std::string_view parent, std::string_view domain) {
  using enum parent_answer::kind;
  parent_answer answer;
  if (auto to = referral_of(content, parent, domain)) {
    answer.what = to->servers.empty() ? nothing : delegated;
    answer.to = *std::move(to);
    return answer;
  }
  if (!content.authoritative) {
    answer.to = delegation::read(std::string{domain}, content.answer);
    if (content.recursion_available && !answer.to.servers.empty()) answer.what = hearsay;
    return answer;
  }
  const resource_record* const start = content.soa();
  if (content.says_no_such_name()) {
    if (start == nullptr || !is_below(domain, start->owner) || !is_at_or_below(start->owner, parent))
      return answer;
    answer.what = no_such_domain;
  } else if (content.rcode == 0) {
    delegation own = delegation::read(std::string{domain}, content.answer);
    if (!own.servers.empty()) {
      own.add_glue(content.additional, parent);
      answer.what = delegated;
      answer.to = std::move(own);
      return answer;
    }
    const bool is_alias = !content.answers(domain, rr_type::cname).empty();
    const bool denies = content.answer.empty() && start != nullptr && is_below(domain, start->owner) &&
                        is_at_or_below(start->owner, parent);
    if (!is_alias && !denies) return answer;
    answer.what = no_zone_here;
  } else {
    return answer;
  }
  answer.start = start != nullptr ? start->owner : std::string{parent};
  answer.ttl = start != nullptr ? std::min(start->ttl, start->soa.minimum) : 0;
  return answer;
}

agreed_delegation agree_on_delegation(const parent_poll& poll) {
  constexpr std::size_t enough = 2;
  agreed_delegation together;
  const std::size_t needed = std::min(enough, poll.servers);
  const std::size_t left = poll.servers - std::min(poll.servers, poll.answers.size() + poll.silent);
  together.wants_more = left > 0;
  if (poll.answers.empty()) return together;
  together.what = poll.answers.front();
  if (poll.answers.size() < needed) return together;
  for (const parent_answer& each : poll.answers) {
    const auto agree = static_cast<std::size_t>(std::ranges::count_if(
        poll.answers, [&](const parent_answer& other) { return each.agrees_with(other); }));
    if (2 * agree <= poll.answers.size()) continue;
    together.what = each;
    add_glue_of_others(together.what, poll.answers);
    together.is_certain = true;
    together.certain_glue = glue_of_most(poll.answers);
    together.wants_more = left > 0 && is_split_over_glue(poll.answers, together.certain_glue);
    return together;
  }
  return together;
}

}  // namespace easydkim
