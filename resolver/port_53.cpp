#include "resolver/port_53.hpp"

#include <algorithm>

namespace easydkim {

void port_53::answered() noexcept {
  state_ = state::open;
  polls_ = 0;
  silent_.clear();
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
  const bool somebody_answered = what == canary::answered || polls_ == 0;  // perhaps of others, meanwhile
  if (somebody_answered) return answered();
  if (what == canary::unknown || state_ == state::blocked) return;
  state_ = state::blocked;
  next_try_ = now + try_again_after;
}

bool port_53::may_try(steady_time now) noexcept {
  if (state_ != state::blocked) return true;
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
  }
  return "unknown";
}

}  // namespace easydkim
