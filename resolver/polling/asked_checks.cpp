// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/asked_checks.hpp"

#include <algorithm>

namespace easydkim {

void asked_checks::add(wish wanted, listener ended, steady_time now) {
  const key of{wanted.id, wanted.which};
  const auto [at, is_new] = all_.try_emplace(of, entry{wanted.account, now, {}});
  at->second.listeners.push_back(std::move(ended));
  if (!is_new) return;
  std::deque<key>& queue = waiting_[wanted.account];
  if (queue.empty()) turns_.push_back(wanted.account);
  queue.push_back(of);
}

bool asked_checks::may_begin(const std::string& account) const {
  const auto at = of_account_.find(account);
  return at == of_account_.end() || at->second < limits_.under_way_of_account;
}

bool asked_checks::can_begin() const {
  return under_way_ < limits_.under_way &&
         std::ranges::any_of(turns_, [&](const std::string& each) { return may_begin(each); });
}

std::optional<asked_checks::wish> asked_checks::begin() {
  if (under_way_ >= limits_.under_way) return std::nullopt;
  const auto turn = std::ranges::find_if(turns_, [&](const std::string& each) { return may_begin(each); });
  if (turn == turns_.end()) return std::nullopt;
  std::string account = std::move(*turn);
  turns_.erase(turn);
  const auto queue = waiting_.find(account);
  const key next = queue->second.front();
  queue->second.pop_front();
  if (queue->second.empty())
    waiting_.erase(queue);
  else
    turns_.push_back(account);
  ++under_way_;
  ++of_account_[account];
  return wish{next.first, next.second, std::move(account)};
}

void asked_checks::end(identity_id id, proof which, const asked_check_result& result) {
  const key of{id, which};
  const auto at = all_.find(of);
  if (at == all_.end()) return;
  --under_way_;
  const auto count = of_account_.find(at->second.account);
  if (--count->second == 0) of_account_.erase(count);
  finish(of, result);
}

void asked_checks::finish(key of, const asked_check_result& result) {
  const auto node = all_.extract(of);
  for (const listener& each : node.mapped().listeners) each(result);
}

void asked_checks::refuse_late(steady_time now) {
  std::vector<key> late;
  for (auto queue = waiting_.begin(); queue != waiting_.end();) {
    std::deque<key>& keys = queue->second;
    while (!keys.empty() && all_.at(keys.front()).since + limits_.longest_wait <= now) {
      late.push_back(keys.front());
      keys.pop_front();
    }
    if (!keys.empty()) {
      ++queue;
      continue;
    }
    std::erase(turns_, queue->first);
    queue = waiting_.erase(queue);
  }
  for (const key& each : late) finish(each, {asked_check_result::outcome::throttled, nullptr});
}

std::optional<steady_time> asked_checks::next_refusal() const {
  std::optional<steady_time> first;
  for (const auto& [unused, keys] : waiting_) {
    const steady_time at = all_.at(keys.front()).since + limits_.longest_wait;
    if (!first || at < *first) first = at;
  }
  return first;
}

}  // namespace easydkim
