// SPDX-License-Identifier: Apache-2.0
// The zone of a simulated owner: what it holds, and the ways in which it may mislead or be silent.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/finding.hpp"
#include "core/identity.hpp"

namespace easydkim::tests {

inline constexpr std::string_view simulated_suffix = "dkim.amazonses.com";
inline const record_naming simulated_naming{.target_suffix = std::string{simulated_suffix},
                                            .txt_prefix = "_amazonses"};

/// Labels are those below _domainkey; targets are host names without a last dot.
class simulated_zone {
 public:
  void put(const std::string& label, std::string target) { records_[label] = std::move(target); }
  void remove(const std::string& label) { records_.erase(label); }

  /// The texts of the TXT records at _amazonses, or where a CNAME of that name leads.
  void put_txt(std::string text) { texts_.insert(std::move(text)); }
  void remove_txt() { texts_.clear(); }
  void set_txt_alias(std::optional<std::string> target) { txt_alias_ = std::move(target); }

  /// The name servers leave `label` out in the first of every `period` answers about it; 0: never.
  void flap(const std::string& label, std::size_t period) { flapping_[label] = {.period = period}; }

  void set_wildcard(std::optional<std::string> target) { wildcard_ = std::move(target); }
  void set_dname(std::optional<std::string> target) { dname_ = std::move(target); }
  void answer_everything(bool on) { answers_everything_ = on; }

  /// Gives no answer for any name, or for `label` only.
  void fall_silent(finding_reason how) { silence_ = how; }
  void fall_silent_for(const std::string& label, finding_reason how) { silent_labels_[label] = how; }
  void answer_again();

  /// What a lookup of `label` shows; right is LABEL.SUFFIX.
  finding ask(const std::string& label);

  /// What a lookup of the TXT record shows; right is `text`.
  finding ask_txt(const std::string& text);

  /// What the control question about `label` shows: found, with its target, when it would verify.
  finding ask_control(const std::string& label);

  /// Whether the owner published all three himself: the truth that only the simulation knows.
  bool holds(const token_set& tokens) const;
  bool holds(const verification_token& token) const;

 private:
  struct rhythm {
    std::size_t period = 0;
    std::size_t asked = 0;
  };
  std::optional<finding> silent_about(const std::string& label) const;
  std::optional<std::string> target_of(const std::string& label);

  std::map<std::string, std::string> records_;
  std::set<std::string> texts_;
  std::optional<std::string> txt_alias_;
  std::map<std::string, rhythm> flapping_;
  std::map<std::string, finding_reason> silent_labels_;
  std::optional<finding_reason> silence_;
  std::optional<std::string> wildcard_;
  std::optional<std::string> dname_;
  bool answers_everything_ = false;
};

/// LABEL.SUFFIX
std::string right_target(std::string_view label);

}  // namespace easydkim::tests
