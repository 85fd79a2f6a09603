// SPDX-License-Identifier: Apache-2.0
// The checks that people asked for: one of a proof at a time, the accounts by turns, and nobody waits long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/identity.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// What became of a check that somebody asked for.
struct asked_check_result {
  enum class outcome : std::uint8_t {
    checked,    // `answers`
    gone,       // there is no such identity any more
    throttled,  // there were too many: it did not begin in time
  };
  outcome what = outcome::gone;
  const check* answers = nullptr;
};

/// Not thread-safe. Listeners are called inside the calls below, and may ask for more.
class asked_checks {
 public:
  struct limits {
    std::size_t under_way = 1;             // at the same time
    std::size_t under_way_of_account = 1;  // the same
    duration longest_wait{2000};           // one that has not begun after it is refused
  };
  struct wish {
    identity_id id = 0;
    proof which = proof::dkim;
    std::string account;
  };
  using listener = std::function<void(const asked_check_result&)>;

  explicit asked_checks(limits chosen) noexcept : limits_{chosen} {}

  /// Joins the check of the same proof that waits or is under way, if there is one.
  void add(wish wanted, listener ended, steady_time now);

  /// Whether `begin` would give one.
  bool can_begin() const;

  /// The next one, of another account each time; nothing when none waits, or too many are under way.
  std::optional<wish> begin();

  /// A check that was begun is over.
  void end(identity_id id, proof which, const asked_check_result& result);

  /// Refuses those that have waited for too long.
  void refuse_late(steady_time now);

  /// When the next is to be refused; nothing when none waits.
  std::optional<steady_time> next_refusal() const;

 private:
  using key = std::pair<identity_id, proof>;
  struct entry {
    std::string account;
    steady_time since;
    std::vector<listener> listeners;
  };

  bool may_begin(const std::string& account) const;
  void finish(key of, const asked_check_result& result);

  limits limits_;
  std::map<key, entry> all_;                        // waiting and under way
  std::map<std::string, std::deque<key>> waiting_;  // by account, in the order of arrival; none is empty
  std::deque<std::string> turns_;                   // accounts with waiting ones
  std::map<std::string, std::size_t> of_account_;   // under way
  std::size_t under_way_ = 0;
};

}  // namespace easydkim
