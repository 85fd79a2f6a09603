// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/confirmation_health.hpp"

#include <algorithm>

namespace easydkim {
namespace {

/// "a", "a and b", "a, b and c"; nothing for none.
std::optional<std::string> joined(std::span<const confirmation_health::trial> all,
                                  bool (*is_meant)(const confirmation_health::trial&)) {
  std::vector<std::string> names;
  for (const confirmation_health::trial& each : all)
    if (is_meant(each)) names.push_back(each.server.to_string());
  if (names.empty()) return std::nullopt;
  std::string text = names.front();
  for (std::size_t i = 1; i < names.size(); ++i) text += (i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

}  // namespace

bool confirmation_health::wants_trial(steady_time now) noexcept {
  const bool is_doubtful = is_suspected_ || without_tcp_ || dead_ || silent_ >= silent_before_suspicion;
  if (is_trying_ || !is_doubtful || now < next_trial_) return false;
  is_trying_ = true;
  is_suspected_ = false;
  return true;
}

void confirmation_health::tried(std::span<const trial> all, std::size_t quorum, steady_time now) {
  is_trying_ = false;
  next_trial_ = now + between_trials;
  silent_ = 0;
  without_tcp_.reset();
  dead_.reset();
  const auto over_tcp = std::ranges::count_if(all, &trial::answered_tcp);
  if (static_cast<std::size_t>(over_tcp) >= std::min(quorum, all.size())) return;
  without_tcp_ = joined(all, [](const trial& each) { return !each.answered_tcp && each.answered_udp; });
  dead_ = joined(all, [](const trial& each) { return !each.answered_tcp && !each.answered_udp; });
}

}  // namespace easydkim
