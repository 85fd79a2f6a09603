// SPDX-License-Identifier: Apache-2.0
// The oracle: what may become of an identity in a world, by the table of promises in docs/deciding.md,
// worked out from what is true there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/worlds/life.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

class promises {
 public:
  explicit promises(const world& of);

  /// Whether the table promises anything against those who are hostile here.
  bool guards_success() const noexcept { return guards_success_; }
  bool guards_loss() const noexcept { return guards_loss_; }

  /// When a pending one has to be verified at the latest; nothing where that is not promised.
  const std::optional<duration>& verified_by() const noexcept { return verified_by_; }

  /// Which promise a change breaks, in a sentence.
  std::optional<std::string> broken_by(const status_change& change) const;

  /// Which one is broken by a whole life: it waited for ever, or was not taken away.
  std::optional<std::string> broken_by(const biography& whole) const;

  /// "to be verified by 1:20:00", for the story; empty when nothing must happen.
  std::string duties() const;

 private:
  struct span {
    duration from, to;
  };
  bool holds_all(const conduct& by) const;
  bool some_right_has_it(span in) const;
  bool more_than_half_deny(span in) const;
  bool is_askable(const std::string& name, duration from) const;
  bool can_be_proven(const level& of, duration from, bool against_hostile) const;
  std::size_t provable(const level& of, duration from) const;
  bool more_than_half_askable(const level& of, duration from) const;
  bool answers_always(const machine& one, duration from) const;
  void work_out_guards();
  void work_out_duties();
  std::size_t hostile_in(const std::vector<std::string>& names) const;
  std::size_t fewest_answering(const level& of) const;

  const world& w_;
  bool guards_success_ = true;
  bool guards_loss_ = true;
  std::optional<duration> verified_by_;
  std::optional<duration> lost_by_;    // of a verified one
  std::optional<duration> failed_by_;  // of a pending one
};

}  // namespace easydkim::worlds
