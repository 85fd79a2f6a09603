// SPDX-License-Identifier: Apache-2.0
// Zone cuts: which zone holds a name, as the servers of a zone above it say together.
//
// A cut is a claim like a record (rule T3): whoever holds one server of a zone can refer its names to servers of
// his own. So it counts only when those that answer agree on it, and its servers are the names that more than half
// of them give.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/wire/dns_reply.hpp"
#include "resolver/zones/delegation.hpp"

namespace easydkim {

/// What one server claims about the zone that holds a name.
struct cut_claim {
  std::string apex;      // of that zone
  delegation to{};       // its servers, where it is below the zone that was asked
  bool is_delegated = true;  // the zone above names the server that claims it
  bool is_certain_for_loss = true;  // its address is good for a decision that takes something away
};

/// How a server's answer for a name places it.
struct placed_name {
  std::string_view zone;    // the apex of the zone whose server was asked
  std::string_view holder;  // "_domainkey.example.com": a cut is at or above it
};

/// The claim that a reply itself is evidence of: a referral to a zone below `zone` that holds the holder, or an SOA
/// in an answer with AA. Nothing when it has neither: then the server's SOA is to be asked for.
std::optional<cut_claim> claim_of(const dns_reply& content, const placed_name& where);

/// Who agrees on a cut, and so what may rest on it.
struct backing {
  bool by_all = true;   // all that answer, and these are two that the zone above names, or the only one
  bool by_most = true;  // more than half of all servers; of these two that the zone above names, or the only one
  bool for_loss = true; // more than half of all servers; of a zone below, these give the same servers of it

  /// Of both cuts on the way to a name.
  backing with(const backing& other) const noexcept {
    return {by_all && other.by_all, (by_all || by_most) && (other.by_all || other.by_most),
            for_loss && other.for_loss};
  }
};

/// What the claims add up to.
struct agreed_cut {
  enum class kind : std::uint8_t {
    none,   // nobody claims anything
    here,   // the zone that was asked holds the name
    below,  // `to` holds it, or leads further
    split,  // no more of them claim one thing than another
  };
  kind what = kind::none;
  std::string apex{};
  backing by{.by_all = false, .by_most = false, .for_loss = false};
  delegation to{};                           // of `below`
  std::vector<resource_record> certain_glue{};  // addresses that all that claim it give, or more than half of all
  std::vector<resource_record> glue_for_loss{};  // of these, those that more than half of all give
};

/// How many servers the zone has, by name, and how many of these the zone above names.
///
/// Whoever holds one server of the zone above can talk away the addresses of honest ones. These cannot contradict, and
/// so those who agree and are fewer than they may all be hostile: that all who answer agree says nothing then.
struct zone_size {
  std::size_t all = 0;
  std::size_t delegated = 0;
  std::size_t contested = 0;  // whose addresses are in dispute

  /// Two, or the only one.
  std::size_t needed() const noexcept { return delegated < 2 ? 1 : 2; }

  /// Whether so many, when all that answer agree, speak for those, too, whose addresses are in dispute.
  bool can_speak_for_all(std::size_t agreed) const noexcept { return agreed >= contested; }
};

agreed_cut agree_on_cut(std::span<const cut_claim> claims, std::string_view zone, const zone_size& servers);

}  // namespace easydkim
