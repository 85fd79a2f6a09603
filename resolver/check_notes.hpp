// What a check saw, for evidence: the answers that are news, who has the records, and who shows them.
//
// A poll that sees what was seen before notes nothing, and costs nothing.
#pragma once

#include <cstddef>
#include <string>

#include "core/evidence.hpp"
#include "core/identity.hpp"
#include "resolver/lookup.hpp"
#include "resolver/zone_look.hpp"

namespace easydkim {

class check_notes {
 public:
  check_notes(const identity& subject, proof which, const record_naming& naming)
      : subject_{subject}, which_{which}, naming_{naming} {}

  /// What the zone's own servers said of a record.
  void of_zone(std::size_t record, const record_look& seen);

  /// What a resolver said of a record. Nothing is noted of what `request.known` says already.
  struct resolver_word {
    std::size_t record;
    const lookup& request;
    std::string server;
    time_point at;
  };
  void of_resolver(const resolver_word& said);

  const observation& seen() const noexcept { return seen_; }
  observation& seen() noexcept { return seen_; }

 private:
  record_sighting& sighting(std::size_t record);

  const identity& subject_;
  proof which_;
  const record_naming& naming_;
  observation seen_;
};

}  // namespace easydkim
