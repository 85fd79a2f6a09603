// SPDX-License-Identifier: Apache-2.0
// What the owner of a domain does with the records that he was told to publish, as a function of time.
#pragma once

#include <cstdint>
#include <optional>

#include "core/identity.hpp"

namespace easydkim::soak {

enum class placed : std::uint8_t { absent, wrong, right };

/// One proof of one identity. Owners publish right, late, wrong at first, in part, never; remove what they
/// published and put it back; or have servers that flap.
class owner {
 public:
  /// `chance`: decides who he is. `told`: when he got the tokens.
  owner(std::uint64_t chance, time_point told);

  placed record(std::size_t index, time_point now) const;

  /// All records of the proof are right.
  bool holds(proof which, time_point now) const;

 private:
  time_point told_;
  std::optional<duration> publishes_after_{};  // nothing: never
  duration wrong_for_{0};                      // from then on
  std::optional<std::size_t> forgets_{};       // a record
  duration keeps_for_{0};                      // then removes them ...
  duration removed_for_{0};                    // ... and puts them back, again and again; 0: keeps them
  duration flaps_every_{0};                    // there and away by turns; 0: does not
};

}  // namespace easydkim::soak
