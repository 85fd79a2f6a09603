// SPDX-License-Identifier: Apache-2.0
// The target suffixes that identities were issued with, each by the number that records hold in its place.
//
// A number is two octets where the text would be some twenty. The table only grows, at the start of a daemon,
// so every thread may read it while the store is open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace easydkim {

class suffix_table {
 public:
  using number = std::uint16_t;

  /// Numbered from 1 on; 0 is no suffix. `of_before`: the one that records without a number were issued with.
  explicit suffix_table(std::vector<std::string> texts = {}, number of_before = 0);

  /// Nothing for a suffix that is not in the table.
  std::optional<number> number_of(std::string_view suffix) const noexcept;

  /// Nothing for a number that is not in the table. Valid as long as the table.
  std::optional<std::string_view> text_of(number given) const noexcept;

  std::string_view of_before() const noexcept { return of_number_[of_before_]; }

 private:
  std::vector<std::string> of_number_;
  number of_before_;
};

/// For records of identities without a suffix.
inline const suffix_table no_suffixes{};

}  // namespace easydkim
