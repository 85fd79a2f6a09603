// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/poller.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/diagnosis/after_check.hpp"
#include "resolver/polling/poller_waits.hpp"
#include "resolver/wire/random_label.hpp"

namespace easydkim {
namespace {

using steady = std::chrono::steady_clock;

/// Drives c-ares' time-outs while lookups are under way.
constexpr auto tick = std::chrono::milliseconds{50};

/// What may start in one turn of the event loop, and how long it takes to the next turn that is for that
/// only. More at once would not fit into the buffer of many a server's socket (208 KiB by default).
constexpr std::size_t most_starts_a_turn = 64;
constexpr auto breath = std::chrono::milliseconds{2};

/// The longest sleep: after it the clock is read again.
constexpr auto longest_sleep = std::chrono::seconds{1};

/// Polls a second of what only our own resolver can tell, while it is ill. (That it is well again is found
/// out by a question of its own.)
constexpr double polls_per_second_while_ill = 1;

/// First checks of what was just issued that may go before a poll that is due, too.
constexpr int most_first_checks_in_a_row = 4;

/// Lanes are kept free for people, and for polls: a sixteenth and a fifth of them. The checks of one account
/// hold at most half of those for people.
std::size_t lanes_for_polls(std::size_t lanes) noexcept {
  return lanes - lanes / 16;
}
asked_checks::limits limits_of_people(const poller::options& chosen) noexcept {
  const std::size_t lanes = chosen.dns.max_in_flight;
  const std::size_t all = std::max<std::size_t>(1, lanes - lanes / 5);
  return {.under_way = all,
          .under_way_of_account = std::max<std::size_t>(1, all / 2),
          .longest_wait = chosen.longest_wait_of_a_check};
}

}  // namespace

poller::poller(boost::asio::io_context& io, options chosen, hooks to_daemon)
    : io_{io},
      timer_{io},
      options_{std::move(chosen)},
      naming_{.target_suffix = options_.dns.target_suffix, .txt_prefix = options_.txt_prefix},
      hooks_{std::move(to_daemon)},
      asked_{limits_of_people(options_)},
      gate_{io, options_.max_lookups_per_second, hooks_.now},
      pace_while_ill_{polls_per_second_while_ill, hooks_.now()},
      watch_{io, options_.dns, hooks_.random, [this] { turn(); }},
      resolver_{io, options_.dns, hooks_.random, [this] { turn(); }} {
  lanes_.reserve(options_.dns.max_in_flight);
  idle_.reserve(options_.dns.max_in_flight);
  set_confirmers();
  be_ill_without_servers();
  for (std::size_t i = 0; i < options_.dns.max_in_flight; ++i) lanes_.push_back(run_lane());
}

poller::~poller() {
  stop();
}

/// Each of them is a resolver of its own, so that all are asked. Without names the resolver confirms, as long
/// as one voice is enough.
void poller::set_confirmers() {
  std::vector<server_address> voices = options_.confirm.servers;
  if (voices.empty() && options_.confirm.quorum > 1) voices = options_.dns.servers;
  for (std::size_t i = 0; i < std::max(voices.size(), confirmers_.size()); ++i) {
    if (i >= voices.size()) {  // lookups may be under way there: it stays, without a voice
      confirmers_[i]->set_servers({});
      continue;
    }
    if (i < confirmers_.size()) {
      confirmers_[i]->set_servers({voices[i]});
      continue;
    }
    resolver_options dns = options_.dns;
    dns.servers = {voices[i]};
    confirmers_.push_back(std::make_unique<resolver>(io_, std::move(dns), hooks_.random, [this] { turn(); }));
  }
  voices_ = voices.size();
  confirmers_in_order_.clear();
  if (options_.confirm.trust_ad || voices_ == 0) confirmers_in_order_.push_back(&resolver_);
  for (std::size_t i = 0; i < voices_; ++i) confirmers_in_order_.push_back(confirmers_[i].get());
}

void poller::set_servers(std::vector<server_address> servers, confirmation_rules confirm) {
  options_.dns.servers = servers;
  options_.confirm = std::move(confirm);
  watch_.set_servers(servers);
  resolver_.set_servers(std::move(servers));
  set_confirmers();
  be_ill_without_servers();
}

void poller::be_ill_without_servers() {
  if (!options_.dns.servers.empty()) return;
  watch_.has_nobody();
}

void poller::requeue(const due_queue::entry& taken, const identity& stored, time_point now) {
  if (const auto next = after_poll(taken, stored, now, options_.rules)) queue_.push(*next);
}

/// Nothing was learnt: it keeps its place among those that are as urgent.
void poller::put_back(const due_queue::entry& entry, urgency how) {
  (how == urgency::first_check ? first_checks_ : queue_).push(entry);
}

/// Where a poll is under way meanwhile, there is no entry, and that poll will find the next time.
void poller::follow(const identity& stored, proof which) {
  const std::optional<due_queue::entry> waiting = scheduled(stored.id, which);
  if (!waiting) return;
  queue_.remove(stored.id, which);
  first_checks_.remove(stored.id, which);
  if (const auto next = in_new_rhythm(*waiting, stored, hooks_.now(), options_.rules)) queue_.push(*next);
}

std::optional<due_queue::entry> poller::scheduled(identity_id id, proof which) const {
  const std::optional<due_queue::entry> first = first_checks_.find(id, which);
  return first ? first : queue_.find(id, which);
}

std::optional<time_point> poller::earliest() const {
  const std::optional<time_point> one = queue_.earliest(), other = first_checks_.earliest();
  return one && other ? std::min(*one, *other) : one ? one : other;
}

void poller::turn() {
  if (turning_ || stopped_) return;
  turning_ = true;
  turn_began_ = steady::now();
  starts_left_ = most_starts_a_turn;
  do {
    woken_.swap(ready_);
    for (const std::coroutine_handle<> lane_frame : woken_) lane_frame.resume();
    woken_.clear();
    hand_out();
  } while (!ready_.empty());
  turning_ = false;
  arm_timer();
}

void poller::hand_out() {
  while (!idle_.empty()) {
    std::optional<job> work = take_job();
    if (!work) return;
    next_job* const waiting = idle_.back();
    idle_.pop_back();
    waiting->work = std::move(*work);
    waiting->waiting.resume();
  }
}

std::optional<poller::job> poller::take_job() {
  if (std::optional<job> work = take_asked_check()) return work;
  return take_poll();
}

std::optional<poller::job> poller::take_asked_check() {
  if (!asked_.can_begin() || !gate_.take(pace::taker::person)) return std::nullopt;
  const asked_checks::wish next = *asked_.begin();
  return job{
      .entry = {.id = next.id, .which = next.which, .due = {}, .last_checked = std::nullopt, .turn = 0},
      .how = urgency::person};
}

std::optional<poller::job> poller::take_poll() {
  const time_point now = hooks_.now();
  due_queue* const from = due_one(now);
  if (from == nullptr || starts_left_ == 0) return std::nullopt;
  if (polls_under_way_ >= lanes_for_polls(lanes_.size())) return std::nullopt;
  const bool only_resolver_can_tell = !hooks_.look_at_zone;
  if (only_resolver_can_tell && !watch_.healthy() &&
      pace_while_ill_.next_permit(pace::taker::poll, now) > now)
    return std::nullopt;
  if (!gate_.take(pace::taker::poll)) return std::nullopt;
  if (only_resolver_can_tell && !watch_.healthy()) pace_while_ill_.take(pace::taker::poll, now);
  --starts_left_;
  const bool is_first = from == &first_checks_;
  first_checks_in_a_row_ = is_first ? first_checks_in_a_row_ + 1 : 0;
  return job{.entry = *from->pop_due(now), .how = is_first ? urgency::first_check : urgency::poll};
}

/// The queue whose earliest entry is due and comes first; null when nothing is due.
due_queue* poller::due_one(time_point now) {
  const auto is_due = [now](const due_queue& of) {
    const std::optional<time_point> at = of.earliest();
    return at && *at <= now;
  };
  const bool first_is_due = is_due(first_checks_), other_is_due = is_due(queue_);
  if (first_is_due && (!other_is_due || first_checks_in_a_row_ < most_first_checks_in_a_row))
    return &first_checks_;
  return other_is_due ? &queue_ : nullptr;
}

void poller::count(const finding& seen) {
  count(seen.kind != finding_kind::no_answer);
}

void poller::count(bool answered) {
  figures_.last_lookup_at = hooks_.now();
  watch_.was_asked(answered);
}

void poller::schedule(identity_id id, proof which, time_point due) {
  const std::optional<time_point> before = earliest();
  queue_.push({.id = id, .which = which, .due = due, .last_checked = std::nullopt, .turn = 0});
  if (!before || due < *before) arm_timer();
}

void poller::expect(identity_id id, proof which, time_point due) {
  const std::optional<time_point> before = earliest();
  first_checks_.push({.id = id, .which = which, .due = due, .last_checked = std::nullopt, .turn = 0});
  if (!before || due < *before) arm_timer();
}

void poller::reschedule(identity_id id, proof which, time_point due) {
  queue_.remove(id, which);
  first_checks_.remove(id, which);
  expect(id, which, due);
}

void poller::look_now(asked_checks::wish wanted, asked_checks::listener ended) {
  asked_.add(std::move(wanted), std::move(ended), steady_now());
  turn();
}

void poller::shift(duration step) {
  queue_.shift(step);
  first_checks_.shift(step);
  turn();
}

void poller::stop() {
  stopped_ = true;
  timer_.cancel();
  watch_.stop();
}

void poller::arm_timer() {
  if (stopped_) return;
  const bool asks = in_flight() > 0 || asked_.next_refusal();
  const std::optional<time_point> due = earliest();
  auto sleep = std::chrono::duration_cast<steady::duration>(asks ? tick : longest_sleep);
  // Without an idle lane the first that goes on takes what is due.
  const bool can_begin = !idle_.empty() && polls_under_way_ < lanes_for_polls(lanes_.size());
  if (due && can_begin) {
    const time_point now = hooks_.now();
    time_point next = std::max(*due, gate_.next_poll());
    if (!hooks_.look_at_zone && !watch_.healthy())
      next = std::max(next, pace_while_ill_.next_permit(pace::taker::poll, now));
    const steady::duration least = asks || starts_left_ == 0 ? breath : steady::duration{0};
    sleep = std::min(sleep, std::max<steady::duration>(next - now, least));
  } else if (!asks && !idle_.empty()) {
    return;
  }
  const steady::time_point wanted = steady::now() + sleep;
  if (armed_for_ && *armed_for_ <= wanted) return;
  armed_for_ = wanted;
  timer_.expires_at(wanted);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    armed_for_.reset();
    asked_.refuse_late(steady_now());
    resolver_.tick();
    for (const auto& each : confirmers_) each->tick();
    turn();
  });
}

std::size_t poller::in_flight() const noexcept {
  std::size_t all = resolver_.in_flight();
  for (const auto& each : confirmers_) all += each->in_flight();
  return all;
}

poller_figures poller::report() const {
  const time_point now = hooks_.now();
  const std::optional<time_point> due = earliest();
  poller_figures now_so = figures_;
  now_so.lookups_total = resolver_.lookups_total();
  for (const auto& each : confirmers_) now_so.lookups_total += each->lookups_total();
  now_so.no_answer_total = watch_.silent_total();
  now_so.dropped_total = resolver_.dropped_total();
  for (const auto& each : confirmers_) now_so.dropped_total += each->dropped_total();
  now_so.in_flight = in_flight();
  now_so.queued = queue_.size() + first_checks_.size();
  now_so.overdue = queue_.due_before(now) + first_checks_.due_before(now);
  now_so.lag = due ? std::max(now - *due, duration{0}) : duration{0};
  now_so.resolver_healthy = watch_.healthy();
  return now_so;
}

}  // namespace easydkim
