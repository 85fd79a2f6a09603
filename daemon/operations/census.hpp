// SPDX-License-Identifier: Apache-2.0
// How many identities there are, by the status of their DKIM and by account: counted at the start, kept up
// with every change.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/identity.hpp"
#include "core/identity_summary.hpp"

namespace easydkim {

/// Not thread-safe.
class census {
 public:
  void arrived(const identity_summary& fresh);
  void arrived(const identity& fresh) { arrived(summary_of(fresh)); }
  void changed(const identity& before, const identity& after);
  void left(const identity& gone);

  std::size_t with_status(dkim_status status) const noexcept {
    return by_status_[static_cast<std::size_t>(status)];
  }
  std::size_t signing_enabled() const noexcept { return signing_enabled_; }
  std::size_t of_account(std::string_view account) const;
  std::size_t all() const noexcept;

 private:
  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::array<std::size_t, dkim_statuses> by_status_{};
  std::size_t signing_enabled_ = 0;
  std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> by_account_;
};

}  // namespace easydkim
