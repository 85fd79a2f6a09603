// One look at an identity: which question comes next, and what the answers add up to.
//
// A poll asks for one record and goes on only while records are found, so a domain that published nothing
// costs one lookup. Three records found are only a candidate: before the status may become `success`, all
// three are asked again over the confirming way, and with them one label that nobody was ever given; a zone
// that answers that too (DNAME, wildcard into the target suffix) proves nothing. The class asks nobody: it
// hands out questions and takes findings, so that the poller, CheckIdentity and the scenario tests run the
// same decisions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/identity.hpp"

namespace easydkim {

/// What to ask next.
struct question {
  enum class way_of_asking : std::uint8_t {
    usual,    // as polls are asked
    confirm,  // over TCP where the configuration says so
  };
  way_of_asking way = way_of_asking::usual;
  bool control = false;    // ask for a random label instead of a token; its finding is `found` when any name
                           // in the target suffix comes back
  std::size_t record = 0;  // which token, when not `control`

  bool operator==(const question&) const = default;
};

class check {
 public:
  enum class extent : std::uint8_t {
    poll,  // stop at the first record that is not found
    full,  // see all three, whatever the first shows
  };
  enum class outcome : std::uint8_t {
    in_place,  // all three found, and confirmed where the status needs it
    negative,  // at least one record is absent or wrong, and the DNS said so
    silent,    // nothing that counts
  };

  /// `status`: the identity's status when the check began. `first`: the record to begin with (0 to 2).
  check(dkim_status status, extent how_much, std::size_t first) noexcept
      : status_{status}, extent_{how_much}, first_{first % records_per_identity} {}

  /// The next question; nothing when the check is over.
  std::optional<question> next() const noexcept;

  /// Takes the answer to `next()`. Precondition: `next()` holds a question.
  void answered(finding seen);

  /// What the answers so far add up to.
  outcome result() const noexcept;

  /// What was seen of each record; `unchecked` for those that were not asked for.
  const std::array<finding, records_per_identity>& findings() const noexcept { return findings_; }

  dkim_status status() const noexcept { return status_; }

 private:
  enum class stage : std::uint8_t {
    looking,     // asking for the records, the usual way
    confirming,  // asking for all three once more
    control,     // asking for the label that nobody was given
    over,
  };

  bool all_found() const noexcept;
  bool must_confirm() const noexcept;
  void looked(finding seen);
  void confirmed(finding seen);
  void controlled(finding seen);
  void unconfirmed();

  dkim_status status_;
  extent extent_;
  std::size_t first_;
  stage stage_ = stage::looking;
  std::size_t asked_ = 0;  // in this stage
  std::array<finding, records_per_identity> findings_{};
};

}  // namespace easydkim
