// SPDX-License-Identifier: Apache-2.0
// What a check saw, for evidence: the answers that are news, who has the records, and who shows them.
//
// A poll that sees what was seen before notes nothing, and costs nothing.
#pragma once

#include <cstddef>
#include <memory>

#include "core/diagnosis/evidence.hpp"
#include "core/identity.hpp"
#include "resolver/recursive/lookup.hpp"
#include "resolver/zones/zone_look.hpp"

namespace easydkim {

class check_notes {
 public:
  check_notes(const identity& subject, proof which, const record_naming& naming)
      : subject_{subject}, which_{which}, naming_{naming} {}

  /// What the zone's own servers said of a record at `at`, or those that the search for the zone ended at.
  void of_zone(std::size_t record, const record_look& seen, time_point at);

  /// What a resolver said of a record. Nothing is noted of what `request.known` says already.
  struct resolver_word {
    std::size_t record;
    const lookup& request;
    const resolver& asked;
    time_point at;
  };
  void of_resolver(const resolver_word& said);

  /// Enough of those who are to confirm showed a record: whoever else hides it does not matter.
  void confirmed(std::size_t record);

  /// What a diagnosis saw.
  void add(observation&& more);

  /// Empty when nothing is news.
  const observation& seen() const noexcept;

 private:
  observation& news();
  record_sighting& sighting(std::size_t record);

  const identity& subject_;
  proof which_;
  const record_naming& naming_;
  std::unique_ptr<observation> news_;  // made when there is some: most checks have none
};

}  // namespace easydkim
