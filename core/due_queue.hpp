// SPDX-License-Identifier: Apache-2.0
// The next check of every proof, earliest first; 16 bytes each. The whole state of polling, rebuilt at every
// start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/identity.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// A binary heap by due time. Deleted identities stay until they are due; whoever takes them finds no record.
/// Not thread-safe.
class due_queue {
 public:
  /// One proof of one identity; an identity with both proofs has two entries, each with its own times.
  struct entry {
    identity_id id = 0;  // below 2^46
    proof which = proof::dkim;
    time_point due;                          // within 34 years after 2020
    std::optional<time_point> last_checked;  // nothing before the first check since the start
    std::size_t turn = 0;                    // which of the three CNAMEs is asked first (0 to 2)
  };

  void push(const entry& item);

  /// Takes the earliest entry when it is due at `now`.
  std::optional<entry> pop_due(time_point now);

  /// When the earliest entry is due; nothing when the queue is empty.
  std::optional<time_point> earliest() const;

  /// The entry of a proof. Looks at every entry (16 MB for a million): for questions that people ask.
  std::optional<entry> find(identity_id id, proof which) const;

  /// Drops the entry of a proof, if there is one. Looks at every entry.
  void remove(identity_id id, proof which);

  /// Notes that a proof was looked at outside its turn. Looks at every entry.
  void checked(identity_id id, proof which, time_point when);

  /// How many entries are due before `when`. Looks at every entry.
  std::size_t due_before(time_point when) const;

  /// Moves every due time and last check by `step`: the wall clock was set.
  void shift(duration step);

  std::size_t size() const noexcept { return heap_.size(); }
  void reserve(std::size_t entries) { heap_.reserve(entries); }

 private:
  // Milliseconds since `epoch`; 0 in `last` means never. A TXT proof has one record and so no turn: `turn` 3
  // marks it.
  struct packed {
    std::uint64_t due : 40;
    std::uint64_t id_high : 24;
    std::uint64_t id_low : 22;
    std::uint64_t turn : 2;
    std::uint64_t last : 40;
  };
  static_assert(sizeof(packed) == 16);

  static packed pack(const entry& item);
  static entry unpack(const packed& item);
  std::vector<packed>::const_iterator at(identity_id id, proof which) const;

  std::vector<packed> heap_;
};

}  // namespace easydkim
