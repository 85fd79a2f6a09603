// SPDX-License-Identifier: Apache-2.0
// A domain as it is stored: lower case, A-labels, no trailing dot.
//
// Only what can be said from the text alone is decided here. Turning Unicode into A-labels (libidn2) and the
// public suffix list (libpsl) belong to the edge: daemon/idna and daemon/public_suffix.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace easydkim {

/// A host name of two labels or more, of which TOKEN._domainkey.NAME fits in 253 octets. Immutable.
class domain_name {
 public:
  /// Octets that TOKEN._domainkey.DOMAIN leaves for DOMAIN: 253 - 32 - 1 - 10 - 1 (RFC 1035 section 2.3.4).
  static constexpr std::size_t max_length = 209;

  /// Reads ASCII text: lower-cases it, drops one trailing dot, checks it as a host name (RFC 1123
  /// section 2.1). Errors: the `domain_*` values of `errc` but `domain_bad_idn`, `domain_public_suffix` and
  /// `domain_in_target`.
  static result<domain_name> parse(std::string_view text);

  const std::string& text() const noexcept { return text_; }

  /// True for `suffix` itself and for every name below it. `suffix`: lower case, without dots at its ends.
  bool is_in(std::string_view suffix) const noexcept;

  auto operator<=>(const domain_name&) const = default;

 private:
  explicit domain_name(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

}  // namespace easydkim
