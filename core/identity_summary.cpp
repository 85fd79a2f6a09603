// SPDX-License-Identifier: Apache-2.0
#include "core/identity_summary.hpp"

namespace easydkim {

identity_summary summary_of(const identity& subject) noexcept {
  return {.id = subject.id,
          .account = subject.account,
          .target_suffix = subject.target_suffix,
          .dkim_enabled = subject.dkim_enabled,
          .dkim = subject.dkim,
          .txt = subject.txt};
}

const verification& state_of(const identity_summary& subject, proof which) noexcept {
  return which == proof::dkim ? subject.dkim : subject.txt;
}

bool is_signing_enabled(const identity_summary& subject) noexcept {
  return subject.dkim_enabled && is_verified(subject.dkim.status);
}

}  // namespace easydkim
