// SPDX-License-Identifier: Apache-2.0
// Looks at every proof of every identity when it is due, and settles what it sees.
//
// Problem: up to a million identities are due now and then, a thousand lookups are under way at once, and the
// lookup itself must stay the dearest part. Choice: as many coroutines ("lanes") as lookups may be in flight,
// started once; each takes the earliest due identity, loads it, asks, and settles. A lane that waits is woken
// through a list, outside c-ares' callbacks; what it does seldom is a step with a frame of its own. Cost: a
// lane's frame of some 2 KB each, whether used or not.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/check.hpp"
#include "core/diagnosis/after_check.hpp"
#include "core/diagnosis/evidence.hpp"
#include "core/due_queue.hpp"
#include "core/policy.hpp"
#include "resolver/polling/asked_checks.hpp"
#include "resolver/polling/lane.hpp"
#include "resolver/polling/lane_step.hpp"
#include "resolver/polling/lookup_tally.hpp"
#include "resolver/polling/owed_diagnoses.hpp"
#include "resolver/polling/poller_figures.hpp"
#include "resolver/recursive/lookup.hpp"
#include "resolver/recursive/resolver_watch.hpp"
#include "resolver/transport/lookup_gate.hpp"
#include "resolver/transport/pace.hpp"
#include "resolver/zones/zone_look.hpp"

namespace easydkim {

/// Who must agree before a record counts as confirmed.
struct confirmation_rules {
  std::vector<server_address> servers{};  // empty: the resolver's, one of which is enough
  std::size_t quorum = 1;                 // so many of `servers`
  bool trust_ad = false;                  // AD=1 from the resolver's servers is enough alone
};

/// Runs on the thread of its io_context; every call must come from there.
class poller {
 public:
  /// What the poller needs from the rest of the daemon.
  struct hooks {
    /// The identity as it is stored now; nothing when it was deleted.
    std::function<std::optional<identity>(identity_id)> load;

    /// Judges `done` against the stored identity, writes the verdict and what is news in `seen`; then calls
    /// `written`, from the event loop, with the identity as it is stored afterwards (nothing: not written, or
    /// deleted).
    std::function<void(identity_id, const check& done, const observation& seen,
                       std::function<void(std::optional<identity>)> written)>
        settle;

    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;  // from a cryptographic generator

    /// Asks the domain's own name servers for a record, and calls `answered` from the event loop. Empty: the
    /// resolver is asked for everything.
    std::function<void(look_order, std::function<void(zone_look)> answered)> look_at_zone{};

    /// Finds out why records are not right. `as_seen`: the identity with the findings of the check; `known`: what
    /// else that learnt. Calls `explained` from the event loop. Empty: nobody wants to know.
    std::function<void(const identity& as_seen, checked_zone known, std::function<void(observation)> explained)>
        examine{};

    /// A confirmation ended: with replies of as many servers as must agree, whatever they said, or without.
    /// May be empty.
    std::function<void(bool answered)> confirmation_ended{};
  };

  struct options {
    resolver_options dns;
    std::string txt_prefix;  // the TXT record is PREFIX.DOMAIN
    policy rules;
    double max_lookups_per_second = 5000;  // 0: no limit
    bool confirm_over_tcp = true;
    confirmation_rules confirm{};
    std::size_t max_examinations = 16;       // at the same time, beside those that somebody asked for
    duration longest_wait_of_a_check{2000};  // that somebody asked for, until it begins
  };

  poller(boost::asio::io_context& io, options chosen, hooks to_daemon);
  ~poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Looks at a proof of `id` from `due` on. Precondition: it is not scheduled yet.
  void schedule(identity_id id, proof which, time_point due);

  /// The same for what was just issued: its first check goes before polls that nobody waits for.
  void expect(identity_id id, proof which, time_point due);

  /// The same for a proof that may be scheduled already (a new window).
  void reschedule(identity_id id, proof which, time_point due);

  /// Makes room for so many, once instead of in steps.
  void reserve(std::size_t proofs) { queue_.reserve(proofs); }

  /// Looks at all records of a proof now, ahead of what is due, and settles; those who ask for the same while
  /// it waits or runs share it. Then calls `ended`, from the event loop.
  void look_now(asked_checks::wish wanted, asked_checks::listener ended);

  /// When a proof of `id` was and will be looked at; nothing when it is not scheduled or is being looked at
  /// right now.
  std::optional<due_queue::entry> scheduled(identity_id id, proof which) const;

  /// The wall clock was set by `step`; the identities themselves are shifted by the caller.
  void shift(duration step);

  /// SIGHUP: further lookups go to these servers, and these confirm.
  void set_servers(std::vector<server_address> servers, confirmation_rules confirm);

  /// The resolver was asked beside the lookups, on behalf of the hooks; for its health.
  void resolver_was_asked(bool answered) { count(answered); }

  /// Lets questions start that are asked beside the lookups, on behalf of the hooks.
  lookup_gate& gate() noexcept { return gate_; }

  /// Takes no more work; lookups under way are dropped, and nothing is settled any more.
  void stop();

  /// Looks at every entry of the queue.
  poller_figures report() const;

  bool resolver_answers() const noexcept { return watch_.healthy(); }

  /// Lookups that ended: those that a resolver was asked, also to confirm, and those that the domains' own
  /// servers were. From the turn of the event loop that began one to the turn that took its answer.
  const lookup_tally& lookups_of_resolvers() const noexcept { return lookups_of_resolvers_; }
  const lookup_tally& lookups_of_zones() const noexcept { return lookups_of_zones_; }

 private:
  struct job {
    due_queue::entry entry;
    urgency how = urgency::poll;
    bool asked_for() const noexcept { return how == urgency::person; }
    check_cause cause() const noexcept { return asked_for() ? check_cause::person : check_cause::schedule; }
    pace::taker taker() const noexcept { return asked_for() ? pace::taker::person : pace::taker::poll; }
  };
  class occupied_lane;  // counts what is under way
  struct next_job;      // awaits work
  struct asked;         // awaits the answer to a lookup
  struct zone_asked;    // awaits what the domain's own servers say
  struct explanation;   // awaits a diagnosis
  struct settlement;    // awaits the store
  struct visit;         // a check under way
  struct asked_text;    // what a lookup asks for

  void set_confirmers();
  void be_ill_without_servers();
  std::size_t in_flight() const noexcept;
  lane run_lane();
  asked_text text_of(const identity& subject, proof which, const question& next) const;
  look_order zone_order(const identity& subject, proof which, std::string_view token) const;
  lookup lookup_of(const identity& subject, proof which, const question& next, std::string_view token) const;
  lane_step ask_zone(visit& at, const question& next);
  lane_step confirm(visit& at, const question& next);
  bool is_in_vain(const job& work);
  next_steps steps_after(const visit& ended, time_point now) const;
  lane_step conclude(visit& ended, next_steps steps, time_point now);
  void turn();
  void hand_out();
  std::optional<job> take_job();
  std::optional<job> take_asked_check();
  std::optional<job> take_poll();
  due_queue* due_one(time_point now);
  std::optional<time_point> earliest() const;
  void count(const finding& seen);
  void count(bool answered);
  void requeue(const due_queue::entry& taken, const identity& stored, time_point now);
  void follow(const identity& stored, proof which);
  void put_back(const due_queue::entry& taken, urgency how);
  void arm_timer();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  std::optional<boost::asio::steady_timer::time_point> armed_for_;
  options options_;
  record_naming naming_;
  hooks hooks_;
  due_queue queue_;
  due_queue first_checks_;  // of what was just issued
  int first_checks_in_a_row_ = 0;
  asked_checks asked_;
  lookup_gate gate_;
  pace pace_while_ill_;
  resolver_watch watch_;
  poller_figures figures_;
  boost::asio::steady_timer::time_point turn_began_;
  lookup_tally lookups_of_resolvers_;
  lookup_tally lookups_of_zones_;

  std::vector<std::coroutine_handle<>> ready_;  // to be resumed in this turn
  std::vector<std::coroutine_handle<>> woken_;  // those of `ready_` whose turn it is now
  std::vector<next_job*> idle_;                 // lanes without work
  std::size_t starts_left_ = 0;                 // in this turn
  std::size_t polls_under_way_ = 0;
  bool turning_ = false;
  bool stopped_ = false;
  std::vector<lane> lanes_;
  resolver resolver_;                                  // destroyed early: its callbacks point into the lanes
  std::vector<std::unique_ptr<resolver>> confirmers_;  // the same; the first `voices_` are asked
  std::size_t voices_ = 0;                             // none: `resolver_` alone confirms
  std::vector<resolver*> confirmers_in_order_;         // whom a confirmation asks, one after the other
  std::size_t examinations_ = 0;                       // diagnoses under way that nobody asked for
  owed_diagnoses owed_;
};

}  // namespace easydkim
