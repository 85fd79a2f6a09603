#include "core/outline.hpp"

namespace easydkim {

outline outline_of(const identity& subject) noexcept {
  return {.id = subject.id,
          .account = subject.account,
          .target_suffix = subject.target_suffix,
          .dkim_enabled = subject.dkim_enabled,
          .dkim = subject.dkim,
          .txt = subject.txt};
}

const verification& state_of(const outline& subject, proof which) noexcept {
  return which == proof::dkim ? subject.dkim : subject.txt;
}

bool is_signing_enabled(const outline& subject) noexcept {
  return subject.dkim_enabled && is_verified(subject.dkim.status);
}

}  // namespace easydkim
