// SPDX-License-Identifier: Apache-2.0
// The faults of ours that are there now. Whoever notices one says when it begins and when it ends.
//
// The log has one line for each beginning, with the remedy, and one for each end; the status file, the metric
// and `easydkim health` have what is there.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fault.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// One that is there.
struct present_fault {
  fault which;
  time_point since;
  std::string what;  // a sentence, printable

  std::string_view remedy() const noexcept { return row_of(which).remedy; }
};

/// Not thread-safe: to be used from the event loop.
class faults {
 public:
  /// `changed`: called after each beginning and each end. May be empty.
  explicit faults(std::function<void()> changed = {}) : changed_{std::move(changed)} {}

  /// `detail`: what is known of this one, for its sentence (see the table); foreign text may be in it. One
  /// that is there already keeps its time, and takes the newer sentence in silence.
  void begin(fault which, std::string_view detail, time_point now);

  /// Does nothing when it is not there.
  void end(fault which);

  /// Begins it, or ends it where `detail` is nothing.
  void follow(fault which, const std::optional<std::string>& detail, time_point now);

  /// The clock was set: what is there is as old as before.
  void shift(duration step);

  bool has(fault which) const noexcept { return all_[static_cast<std::size_t>(which)].has_value(); }

  /// In the order of the table.
  std::vector<present_fault> present() const;

 private:
  static constexpr std::size_t count = static_cast<std::size_t>(fault::clock_stepped) + 1;

  std::array<std::optional<present_fault>, count> all_;
  std::function<void()> changed_;
};

}  // namespace easydkim
