// SPDX-License-Identifier: Apache-2.0
// A daemon with one identity, a clock that runs only when told, and a zone to look at.
//
// The steps of polling and settling are those of core (check_plan, check, after_check, verdict), as the
// poller takes them; its sockets and the disk are left out. A lookup takes no time.
#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/check.hpp"
#include "core/diagnosis/after_check.hpp"
#include "core/due_queue.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"
#include "tests/support/simulated_zone.hpp"
#include "tests/support/witness.hpp"

namespace easydkim::tests {

/// Times are true times since the begin of the life. Throws std::runtime_error when a promise of `witness` is
/// broken, or when it is asked for something that makes no sense at this point.
class simulated_daemon {
 public:
  struct status_change {
    proof of;
    dkim_status to;
    duration at;
    std::string reason;
  };
  struct counters {
    std::size_t checks = 0;
    std::size_t lookups = 0;
    std::size_t writes = 0;
  };

  // What its users ask for: VerifyDomainDkim (VerifyDomainIdentity), DeleteIdentity, CheckIdentity,
  // SetIdentityDkimEnabled.
  void verify(proof which);
  void erase();
  void check_identity();
  void enable() { set_enabled(true); }
  void disable() { set_enabled(false); }

  // What happens to the machine.
  void stop();
  void start();
  void set_clock_by(duration step);
  void resolver_falls_ill() { resolver_ill_ = true; }
  void resolver_is_well() { resolver_ill_ = false; }

  /// What the owner does with his DNS.
  simulated_zone& zone() noexcept { return zone_; }

  /// Lets time pass until `moment`, or until `reached` is true, whichever comes first.
  void run_to(duration moment, const std::function<bool()>& reached = {});

  duration now() const noexcept { return elapsed_; }
  dkim_status status(proof which) const noexcept;
  bool is_signing() const noexcept { return stored_ && is_signing_enabled(*stored_); }
  bool is_sending() const noexcept { return stored_ && is_verified_for_sending(*stored_); }

  /// The identity as it is stored. Precondition: there is one.
  const identity& stored() const;

  /// The tokens that were issued first of all.
  const token_set& first_tokens() const { return first_tokens_.value(); }
  const verification_token& first_txt_token() const { return first_txt_token_.value(); }

  duration window_ends_at(proof which) const;
  std::optional<duration> next_check_at(proof which) const;
  const std::vector<status_change>& changes() const noexcept { return changes_; }
  const counters& count() const noexcept { return count_; }

 private:
  time_point wall() const noexcept;
  duration true_time(time_point on_the_wall) const noexcept;
  void must_run() const;
  void set_enabled(bool on);
  void poll(due_queue::entry entry);
  void look(const due_queue::entry& entry, check_cause cause);
  finding ask(const question& next, proof of);
  void settle(const check& answers);
  bool zone_holds(proof which) const;
  void became(std::optional<identity> after);
  void tell_change(const std::optional<identity>& before, proof which);
  witness& witness_of(proof which) { return which == proof::dkim ? witness_ : txt_witness_; }
  std::string random_label();
  token_set fresh_tokens();
  verification_token fresh_txt_token();

  policy rules_{};
  duration elapsed_{0};
  duration clock_offset_{0};
  bool running_ = true;
  bool resolver_ill_ = false;
  simulated_zone zone_;
  witness witness_{rules_, records_per_identity};
  witness txt_witness_{rules_, 1};
  std::optional<identity> stored_;
  std::optional<token_set> first_tokens_;
  std::optional<verification_token> first_txt_token_;
  identity_id last_id_ = 0;
  due_queue queue_;
  std::mt19937 random_{20261123};
  std::vector<status_change> changes_;
  counters count_;
};

}  // namespace easydkim::tests
