// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/ballot.hpp"

#include <utility>

namespace easydkim {

void ballot::cast(vote next) {
  if (next.seen.kind == finding_kind::no_answer) {
    if (!first_silent_) first_silent_ = std::move(next.seen);
    return;
  }
  if (next.authenticated && !authenticated_) authenticated_ = next.seen;
  const bool good = is_good(next.seen.kind) && next.seen.reason != finding_reason::redirected;
  if (good) ++good_;
  std::optional<finding>& first = good ? first_good_ : first_bad_;
  if (!first) first = std::move(next.seen);
}

bool ballot::is_decided() const noexcept {
  // A name that nobody was given and that is there proves nothing of the zone, whoever saw it.
  const bool caught = rules_.control && first_bad_.has_value();
  return caught || authenticated_.has_value();
}

finding ballot::result() const {
  if (rules_.control && first_bad_) return *first_bad_;
  if (authenticated_) return *authenticated_;
  const bool contradicted = first_bad_ && first_bad_->kind == finding_kind::wrong_target;
  if (good_ >= rules_.quorum && !contradicted) return *first_good_;
  if (first_bad_ && !first_good_) return *first_bad_;
  if (first_silent_ && !first_good_) return *first_silent_;
  if (first_bad_) return {finding_kind::no_answer, finding_reason::not_visible, first_bad_->observed};
  return {finding_kind::no_answer, finding_reason::unconfirmed, {}};
}

}  // namespace easydkim
