// SPDX-License-Identifier: Apache-2.0
// Proofs whose records were to be explained at an age, and were not: all diagnoses were under way, or a name
// server was busy with our own questions. The next check of such a proof makes up for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "core/identity.hpp"

namespace easydkim {

/// Bounded: beyond `most` the explanation comes at the next age. Not thread-safe.
class owed_diagnoses {
 public:
  static constexpr std::size_t most = 100'000;

  void add(identity_id id, proof which) {
    if (owed_.size() < most) owed_.insert(key_of(id, which));
  }
  void drop(identity_id id, proof which) { owed_.erase(key_of(id, which)); }
  bool contains(identity_id id, proof which) const { return owed_.contains(key_of(id, which)); }

 private:
  static std::uint64_t key_of(identity_id id, proof which) noexcept {
    return id << 1 | static_cast<std::uint64_t>(which);
  }

  std::unordered_set<std::uint64_t> owed_;
};

}  // namespace easydkim
