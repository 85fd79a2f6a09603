// SPDX-License-Identifier: Apache-2.0
// The DNS of a simulated month: zones of many owners, and resolvers that are ill now and then.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/identity.hpp"
#include "tests/soak/owner.hpp"

namespace easydkim::soak {

inline const record_naming naming{.target_suffix = "dkim.example.net", .txt_prefix = "_amazonses"};

/// What the DNS really said of one proof at one moment.
struct heard {
  time_point at{};
  int for_it = 0;
  int against_it = 0;
};

/// What is asked: TOKEN._domainkey.DOMAIN, or the TXT record of DOMAIN.
struct dns_look {
  proof of = proof::dkim;
  std::string label{};  // of dkim
  std::string domain;
  std::string text{};  // of txt: what it should say
};

/// Not thread-safe. A function of the seed, of the time, and of what owners were told.
class world {
 public:
  explicit world(std::uint64_t seed) : seed_{seed} {}

  /// The owner of `subject` learns the tokens of a proof. Records stay when an identity is deleted.
  void told(const identity& subject, proof which, time_point now);

  /// What the DNS says; remembered in `heard_of`. Of a label that nobody was given, any target in the suffix
  /// is found.
  finding answer(const dns_look& look, time_point now);

  /// The answers of the check at `now`.
  heard heard_of(identity_id id, proof which, time_point now) const;

  /// Whether the owner published all records of the proof himself, and nothing in their place.
  bool holds(identity_id id, proof which, time_point now) const;

  /// The texts at _amazonses.DOMAIN.
  std::vector<std::string> texts_at(std::string_view domain, time_point now) const;

  /// Why nobody is answered; nothing on a good day. `domain`: of one zone alone.
  std::optional<finding_reason> silence(time_point now) const;
  std::optional<finding_reason> silence_of(std::string_view domain, time_point now) const;

  /// What stands in place of the records in some zones.
  enum class zone_kind : std::uint8_t { honest, redirected, answers_everything };
  zone_kind kind_of(std::string_view domain) const;

 private:
  struct told_proof {
    identity_id id;
    proof which;
    std::size_t record;  // of dkim
    owner who;
  };
  finding say(const dns_look& look, time_point now);
  finding say_txt(const dns_look& look, time_point now);
  void remember(const dns_look& look, const finding& said, time_point now);

  std::uint64_t seed_;
  std::map<std::string, told_proof, std::less<>> by_label_;                        // of dkim
  std::map<std::string, std::map<std::string, told_proof>, std::less<>> by_text_;  // domain, text
  std::map<std::pair<identity_id, proof>, owner> owners_;
  std::map<std::pair<identity_id, proof>, heard> heard_;
  std::map<std::string, std::vector<identity_id>, std::less<>> of_domain_;
};

}  // namespace easydkim::soak
