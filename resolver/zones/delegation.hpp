// SPDX-License-Identifier: Apache-2.0
// Delegation: the servers that a zone names for a zone below it, and what several servers name together.
//
// Who serves a domain is the parent's word, and never one server's: a referral names other servers as easily as
// the right ones. So the answers of the parent's servers are compared here, as values, and whoever asks them
// only follows (rule T1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/wire/dns_reply.hpp"

namespace easydkim {

/// A zone, the names of its servers, and addresses that came with them.
struct delegation {
  std::string apex;
  std::vector<std::string> servers;   // sorted, at most `most_servers`
  std::vector<resource_record> glue;  // A and AAAA of `servers`, of names in the zone that refers
  std::uint32_t ttl = 0;              // seconds

  static constexpr std::size_t most_servers = 26;  // twice as many as the root has
  static constexpr std::size_t most_glue = 4 * most_servers;

  /// The servers that `records` give `apex`.
  static delegation read(std::string apex, const std::vector<resource_record>& records);

  /// Takes the addresses of its servers among `records`, of names at or below `referrer`.
  void add_glue(const std::vector<resource_record>& records, std::string_view referrer);
};

/// Where a referral by a server of the zone `from` leads on the way to `holder`; nothing when it is none, or
/// leads elsewhere.
std::optional<delegation> referral_of(const dns_reply& content, std::string_view from,
                                      std::string_view holder);

/// What a server of a parent zone answers when it is asked for NS of a domain.
struct parent_answer {
  enum class kind : std::uint8_t {
    nothing,         // no answer that counts
    hearsay,         // `to`, by one that answers as a resolver does: good for looking, where nobody else answers
    delegated,       // `to`: the domain, or a zone above it
    no_such_domain,  // NXDOMAIN with AA
    no_zone_here,    // the domain is part of a zone of the server's own: its servers are the zone's
  };
  kind what = kind::nothing;
  delegation to{};
  std::string start{};     // of the two denials: the zone that denies
  std::uint32_t ttl = 0;   // seconds, of a denial

  /// Whether both mean the same: of delegations, the same names.
  bool agrees_with(const parent_answer& other) const noexcept;
};

/// Reads the reply of a server of `parent` to a question for NS of `domain`. A referral to the domain counts,
/// and so does NS of it with AA, where the server holds it too.
parent_answer read_parent_answer(const dns_reply& content, std::string_view parent, std::string_view domain);

/// What the servers of a parent zone say together.
struct agreed_delegation {
  parent_answer what{};    // `nothing`: no agreement
  bool is_certain = false; // a decision may rest on it
  std::vector<resource_record> certain_glue{};  // addresses that more than half of those that answered give

  /// Whether another server's answer is needed: certainty may still come, of the names or of an address.
  bool wants_more = true;
};

/// Precondition: none of `answers` is `nothing`. `servers`: how many the parent zone has, `silent`: how many of
/// these did not answer. Certain is what more than half of those that answered say, when these are two, or the
/// parent has but one. Otherwise the first answer is there to look by.
struct parent_poll {
  std::span<const parent_answer> answers;
  std::size_t servers = 0;
  std::size_t silent = 0;
};
agreed_delegation agree_on_delegation(const parent_poll& poll);

}  // namespace easydkim
