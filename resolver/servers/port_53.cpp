// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/port_53.hpp"

#include <algorithm>
#include <set>

namespace easydkim {

void port_53::answered() noexcept {
  if (state_ != state::diverted) state_ = state::open;
  polls_ = 0;
  silent_.clear();
}

void port_53::answered_itself() noexcept {
  state_ = state::open;
  foreign_.clear();
  answered();
}

void port_53::answered_by_another(const server_address& server, std::string_view zone) {
  answered();
  constexpr std::size_t most_foreign = 16;
  const auto is_same = [&](const foreign_answer& each) { return each.server == server && each.zone == zone; };
  if (std::ranges::any_of(foreign_, is_same)) return;
  if (foreign_.size() == most_foreign) foreign_.erase(foreign_.begin());
  foreign_.push_back({server, std::string{zone}});
}

bool port_53::is_foreign_enough() const {
  std::set<std::string_view> zones;
  std::vector<server_address> addresses;
  for (const foreign_answer& each : foreign_) {
    zones.insert(each.zone);
    if (std::ranges::find(addresses, each.server) == addresses.end()) addresses.push_back(each.server);
  }
  return zones.size() >= foreign_zones && addresses.size() >= foreign_addresses;
}

bool port_53::may_be_diverted(steady_time now) noexcept {
  if (now < next_canary_ || !is_foreign_enough()) return false;
  next_canary_ = now + between_canaries;
  return true;
}

void port_53::silent(const server_address& server) {
  if (silent_.size() >= silent_addresses || std::ranges::find(silent_, server) != silent_.end()) return;
  silent_.push_back(server);
}

bool port_53::poll_was_silent(steady_time now) noexcept {
  if (silent_.empty()) return false;  // nobody was really asked
  if (polls_ < silent_polls) ++polls_;
  const bool many_silent = polls_ >= silent_polls && silent_.size() >= silent_addresses;
  if (now < next_canary_ || (state_ == state::open && !many_silent)) return false;
  next_canary_ = now + between_canaries;
  return true;
}

void port_53::canary_ended(canary what, steady_time now) noexcept {
  if (what == canary::answered) return answered_itself();
  if (what == canary::without_authority) {
    answered();
    if (state_ == state::diverted || !is_foreign_enough()) return;
    state_ = state::diverted;
    next_try_ = now + try_again_after;
    return;
  }
  if (polls_ == 0) return answered();  // others answered meanwhile
  if (what == canary::unknown || leads_nowhere()) return;
  state_ = state::blocked;
  next_try_ = now + try_again_after;
}

bool port_53::may_try(steady_time now) noexcept {
  if (!leads_nowhere()) return true;
  if (now < next_try_) return false;
  next_try_ = now + try_again_after;
  return true;
}

std::string_view to_string(port_53::state of) noexcept {
  switch (of) {
    case port_53::state::unknown:
      return "unknown";
    case port_53::state::open:
      return "open";
    case port_53::state::blocked:
      return "blocked";
    case port_53::state::diverted:
      return "diverted";
  }
  return "unknown";
}

}  // namespace easydkim
