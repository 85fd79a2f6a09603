// SPDX-License-Identifier: Apache-2.0
// The character-strings of a TXT record (RFC 1035 section 3.3.14), read in place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/wire/message_record.hpp"

namespace easydkim {

/// A view: the message must outlive it.
class character_strings {
 public:
  explicit character_strings(octets data) noexcept : left_{data} {}

  /// Nothing at the end, and for a string that leaves the record.
  std::optional<std::string_view> next() noexcept {
    if (left_.empty() || left_.size() - 1 < left_[0]) return std::nullopt;
    const octets text = left_.subspan(1, left_[0]);
    left_ = left_.subspan(1 + text.size());
    return std::string_view{reinterpret_cast<const char*>(text.data()), text.size()};
  }
  bool at_end() const noexcept { return left_.empty(); }

  /// At least one string, and all of them inside the record.
  static bool are_well_formed(octets data) noexcept {
    character_strings strings{data};
    if (!strings.next()) return false;
    while (strings.next()) {
    }
    return strings.at_end();
  }

  /// The strings of `data` as one, from the first on until `enough` octets are there.
  static std::string joined(octets data, std::size_t enough) {
    std::string text;
    character_strings strings{data};
    for (auto each = strings.next(); each && text.size() < enough; each = strings.next()) text += *each;
    return text;
  }

 private:
  octets left_;
};

}  // namespace easydkim
