// SPDX-License-Identifier: Apache-2.0
// A check of a proof: decides which question comes next, and what the answers add up to.
//
// A poll asks for one record and goes on only while records are found, so a domain that published nothing
// costs one lookup. All records found are only a candidate: before the status may become `success`, all of
// them are asked again over the confirming way, and for DKIM a decoy label: random, never issued. A zone that
// makes up the right answer to that, too (by a DNAME, or a server that computes answers), proves nothing. A
// wildcard has one target: where that is the value of a record, that record may be all made up; the others
// are as good as without it. A TXT record needs no such question: its text is the token, which no zone can
// make up. What is verified is looked at whole once a record is gone, so that status says of each where it
// stands. The class asks nobody: it hands out questions and takes findings, so that the poller, CheckIdentity
// and the scenario tests run the same decisions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/identity.hpp"

namespace easydkim {

/// Who showed a finding.
enum class seen_by : std::uint8_t {
  resolver,           // a recursive resolver, so perhaps its cache
  resolver_in_fault,  // the same, because a fault of ours keeps us from the zone's own servers
  authority,          // the zone's own servers
};

/// The decisions that may rest on a finding.
struct weight {
  bool decides_loss = true;  // a loss, or the end of a window
  majority most = majority::unknown;
  bool by_resolver = false;  // who serves the zone is the resolver's word alone (a closed network)
};

/// The next question of a check.
struct question {
  enum class way_of_asking : std::uint8_t {
    usual,    // as polls are asked
    confirm,  // over TCP where the configuration says so
  };
  way_of_asking way = way_of_asking::usual;
  bool control = false;    // ask for a random label instead of a token; its finding is `found` when that
                           // label would verify
  std::size_t record = 0;  // which record of the proof, when not `control`

  bool operator==(const question&) const = default;
};

/// Which record a poll begins with. The turn rotates; a record known to be in place is asked for last, since
/// one that is missing answers the whole question.
std::size_t first_record(std::span<const finding> last_seen, std::size_t turn) noexcept;

class check {
 public:
  enum class extent : std::uint8_t {
    poll,  // stop at the first record that is not found; of a verified proof, at the first silence
    full,  // see all records, whatever the first shows
  };
  enum class outcome : std::uint8_t {
    in_place,  // all found, and confirmed where the status needs it
    negative,   // at least one record is absent or wrong, and the DNS said so
    undecided,  // at least one record is absent or wrong, but too few say so for anything to be lost
    silent,     // nothing that counts
  };

  struct plan {
    dkim_status status;  // of the proof when the check begins
    extent how_much = extent::poll;
    std::size_t first = 0;  // the record to begin with
    proof of = proof::dkim;
    const token_set* tokens = nullptr;  // of DKIM, as issued; must outlive the check
    std::string_view suffix{};          // the records' values are TOKEN.SUFFIX; the same
  };
  explicit check(const plan& chosen) noexcept;

  /// The next question; nothing when the check is over.
  std::optional<question> next() const noexcept;

  /// Takes the answer to `next()`. Precondition: `next()` holds a question. What the zone's own servers have
  /// is not gone because the resolver, asked to confirm, does not show it yet: then the record is `found`,
  /// not visible.
  void answered(finding shown, seen_by who = seen_by::resolver, const weight& weight = {});

  /// The result of the answers so far.
  outcome result() const noexcept;

  /// The finding of each record; `unchecked` for those that were not asked for.
  std::span<const finding> findings() const noexcept { return {findings_.data(), records_}; }

  /// Whether more than half of the zone's servers have each record.
  std::span<const majority> majorities() const noexcept { return {most_.data(), records_}; }

  /// Who showed the records: the least independent of them.
  seen_by way() const noexcept;

  proof of() const noexcept { return of_; }
  dkim_status status() const noexcept { return status_; }

 private:
  enum class stage : std::uint8_t {
    looking,     // asking for the records, the usual way
    confirming,  // asking for all of them once more
    control,     // asking for the decoy label
    over,
  };

  bool all_found() const noexcept;
  bool must_confirm() const noexcept;
  void looked(finding shown, seen_by who, const weight& weight);
  void confirmed(finding shown);
  void controlled(finding shown, const weight& weight);
  void controlled_some(const finding& shown, const weight& weight);
  bool may_be_made_up() const noexcept;
  void unconfirmed(const finding& shown);
  void fill(const finding& shown);
  bool is_value(std::string_view target, std::size_t record) const;

  proof of_;
  const token_set* tokens_;
  std::string_view suffix_;
  dkim_status status_;
  extent extent_;
  std::size_t records_;
  std::size_t first_;
  stage stage_ = stage::looking;
  std::size_t next_ = 0;  // whose turn it is in this stage; while looking, counted from `first_`
  std::array<finding, records_per_identity> findings_{};
  std::array<seen_by, records_per_identity> looked_at_{};
  std::array<bool, records_per_identity> decides_loss_{};
  std::array<majority, records_per_identity> most_{};
  bool by_resolver_ = false;
};

}  // namespace easydkim
