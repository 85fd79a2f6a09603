// SPDX-License-Identifier: Apache-2.0
// What a DNS reply says about one record, the CNAME of a DKIM token or a TXT record.
//
// Problem: the reply comes from a network where anybody may have written it, and c-ares passes on much that
// is no answer (a query sent back, a CNAME of another name, a count of 65535). Choice: it is read here from
// its bytes, and only what keeps every rule is evidence; all else is `no_answer` and decides nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/finding.hpp"
#include "resolver/wire/dns_question.hpp"

namespace easydkim {

/// What the right answer would be, and how strictly the question must be repeated.
struct expectation {
  enum class target : std::uint8_t {
    exact,    // LABEL.SUFFIX
    control,  // the same, of the label that nobody was given
    text,     // no CNAME at all, but a TXT record that says TEXT
  };
  enum class transport : std::uint8_t {
    udp,  // the question must come back with the letters as they were sent
    tcp,  // letter case is free: a forger would need the connection
  };

  std::string_view label{};
  std::string_view suffix{};  // host name text without dots at its ends
  std::string_view text{};
  target is = target::exact;
  transport over = transport::udp;
};

/// Reads `reply`, which answers `asked`. The id is not looked at: whoever matched the reply to the question
/// (c-ares) has compared it, and may have drawn another. `observed` is the target (or "DNAME target", the
/// text of a TXT record, or the RCODE) where something else than the expected was there; for `control`
/// also when found. Never reads outside `reply`, never throws for its content, and allocates only for
/// `observed`.
finding read_answer(std::span<const std::uint8_t> reply, const dns_question& asked,
                    const expectation& expected);

/// AD=1: who sent `reply` has checked DNSSEC (RFC 4035 section 3.2.3). Worth as much as the trust in the
/// sender and in the way to him. False for what is no whole header.
bool is_authenticated(std::span<const std::uint8_t> reply) noexcept;

}  // namespace easydkim
