// SPDX-License-Identifier: Apache-2.0
// Whether those who are asked to confirm agree.
//
// One resolver may be deceived, or hold an old answer in its cache; several in different networks are not
// deceived alike. So a record counts as confirmed when enough of them show it, or when one that checks
// DNSSEC, and is trusted to, says so. Answers that differ decide nothing: the record is asked for again
// later.
#pragma once

#include <cstddef>
#include <optional>

#include "core/finding.hpp"

namespace easydkim {

/// The votes on one question of a confirmation.
class ballot {
 public:
  struct rules {
    std::size_t quorum = 1;  // so many must say the same
    bool control = false;    // asked for the label that nobody was given: to be `absent` is good
  };
  explicit ballot(rules chosen) noexcept : rules_{chosen} {}

  /// Takes what one of them said. `authenticated`: it checked DNSSEC, and its word alone is enough.
  struct vote {
    finding seen;
    bool authenticated = false;
  };
  void cast(vote next);

  /// Further votes change nothing.
  bool is_decided() const noexcept;

  /// Enough of them say the same, and none the contrary: whoever does not answer is not needed any more.
  bool has_quorum() const noexcept { return good_ >= rules_.quorum && !first_bad_; }

  /// What the votes add up to: what enough of them saw, unless one saw another target; what all of those that
  /// answered denied; or `no_answer`: when they differ (not_visible, with what one of them saw instead), are
  /// too few (unconfirmed), or are silent.
  finding result() const;

 private:
  bool is_good(finding_kind kind) const noexcept {
    return kind == (rules_.control ? finding_kind::absent : finding_kind::found);
  }

  rules rules_;
  std::size_t good_ = 0;
  std::optional<finding> first_good_;
  std::optional<finding> first_bad_;
  std::optional<finding> first_silent_;
  std::optional<finding> authenticated_;
};

}  // namespace easydkim
