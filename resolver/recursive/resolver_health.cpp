// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/resolver_health.hpp"

namespace easydkim {

void resolver_health::answered() noexcept {
  state_ = state::well;
  in_a_row_ = 0;
}

void resolver_health::silent() noexcept {
  ++silent_total_;
  if (++in_a_row_ < silent_before_suspicion) return;
  in_a_row_ = 0;  // a suspicion that was cleared needs as many again
  if (state_ == state::well) state_ = state::suspected;
}

bool resolver_health::wants_control_question() noexcept {
  if (state_ != state::suspected) return false;
  state_ = state::asking;
  return true;
}

void resolver_health::control_silent() noexcept {
  if (state_ == state::asking) state_ = state::ill;
}

}  // namespace easydkim
