// SPDX-License-Identifier: Apache-2.0
// What the servers of a domain's zone say of one record of a proof.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnosis/evidence.hpp"
#include "core/finding.hpp"
#include "core/time_point.hpp"
#include "core/verification.hpp"
#include "resolver/zones/authority.hpp"
#include "resolver/zones/zone_consensus.hpp"
#include "resolver/zones/zone_finder.hpp"

namespace easydkim {

/// What was known of the record before.
struct known_record {
  finding seen{};
  std::optional<time_point> majority_since{};  // more than half of the zone's servers have it since then
};

/// Which record, and how thoroughly.
struct look_order {
  enum class extent : std::uint8_t {
    poll,  // one server; the whole proof only when it has something new, or some had it before
    full,  // the whole proof, at all servers
  };
  proof of = proof::dkim;
  std::string label;                                    // the token; or the prefix of the TXT record
  std::string domain;                                   // lower case
  std::string suffix;                                   // dkim: the target is LABEL.SUFFIX
  std::string text;                                     // txt: what it must say
  expectation::target is = expectation::target::exact;  // or `control`
  known_record before{};
  extent how = extent::poll;
  asking_manner manner{};

  /// LABEL._domainkey.DOMAIN or LABEL.DOMAIN.
  std::string name() const;
};

struct record_look {
  /// `unchecked` when nobody could be asked: then `searched` says why, or every server is busy.
  finding seen{};
  record_sighting where{};           // `published` alone
  std::vector<answer_seen> answers;  // in the order of the servers
  zone_search searched{};
  std::vector<server_answer> replies;  // of the whole proof: of all servers, each the one that speaks for it
  bool was_asked = false;     // a server of the zone was
  bool was_answered = false;  // and said something
  bool decides_loss = false;  // a loss, or the end of a window, may rest on it
  majority most = majority::unknown;  // whether more than half of the servers have it
};

/// The type that a record of a proof is asked for.
rr_type type_of(proof of) noexcept;

/// Servers of a zone that have no address cannot be asked, and so do not answer: adds them.
void add_unaddressed(std::vector<server_sighting>& to, const zone& where);

/// The zone as evidence.
zone_seen seen_of(const zone& where);

/// On the thread of `servers`.
class record_looker {
 public:
  struct parts {
    zone_finder& zones;
    authority& servers;
  };
  /// `now`: the wall clock.
  record_looker(parts of, std::function<time_point()> now)
      : zones_{of.zones}, servers_{of.servers}, now_{std::move(now)} {}

  boost::asio::awaitable<record_look> look(look_order order);

 private:
  boost::asio::awaitable<void> add_serials(record_look& result);
  void note(record_look& result, const look_order& order, zone_reply&& reply);
  void note_failure(record_look& result) const;

  zone_finder& zones_;
  authority& servers_;
  std::function<time_point()> now_;
};

}  // namespace easydkim
