#include "resolver/poller.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/after_check.hpp"
#include "resolver/poller_waits.hpp"
#include "resolver/random_label.hpp"

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

/// Lookups a second while our own resolver is ill: enough to see it come back within a second.
constexpr double lookups_per_second_while_ill = 1;

/// The control question goes out while every lane may have a lookup under way.
resolver_options with_room_for_control_question(resolver_options dns) {
  ++dns.max_in_flight;
  return dns;
}

}  // namespace

poller::poller(boost::asio::io_context& io, options chosen, hooks to_daemon)
    : io_{io},
      timer_{io},
      options_{std::move(chosen)},
      naming_{.target_suffix = options_.dns.target_suffix, .txt_prefix = options_.txt_prefix},
      hooks_{std::move(to_daemon)},
      pace_{options_.max_lookups_per_second, hooks_.now()},
      resolver_{io, with_room_for_control_question(options_.dns), hooks_.random, [this] { turn(); }} {
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
  resolver_.set_servers(std::move(servers));
  set_confirmers();
  be_ill_without_servers();
}

void poller::be_ill_without_servers() {
  if (!options_.dns.servers.empty()) return;
  health_.has_nobody();
  pace_.set_rate(lookups_per_second_while_ill, hooks_.now());
}

void poller::requeue(const due_queue::entry& taken, const identity& stored, time_point now) {
  if (const auto next = after_poll(taken, stored, now, options_.rules)) queue_.push(*next);
}

/// Where a poll is under way meanwhile, there is no entry, and that poll will find the next time.
void poller::follow(const identity& stored, proof which) {
  const std::optional<due_queue::entry> waiting = queue_.find(stored.id, which);
  if (!waiting) return;
  queue_.remove(stored.id, which);
  if (const auto next = in_new_rhythm(*waiting, stored, hooks_.now(), options_.rules)) queue_.push(*next);
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
  if (health_.wants_control_question()) ask_control_question();
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
  if (!urgent_.empty()) {
    job work = std::move(urgent_.front());
    urgent_.pop_front();
    return work;
  }
  const time_point now = hooks_.now();
  const std::optional<time_point> earliest = queue_.earliest();
  if (!earliest || *earliest > now || starts_left_ == 0 || !pace_.take(now)) return std::nullopt;
  --starts_left_;
  return job{.entry = *queue_.pop_due(now), .done = {}};
}

void poller::count(const finding& seen) {
  count(seen.kind != finding_kind::no_answer);
}

void poller::count(bool answered) {
  figures_.last_lookup_at = hooks_.now();
  const bool was_healthy = health_.healthy();
  answered ? health_.answered() : health_.silent();
  if (!was_healthy && health_.healthy())
    pace_.set_rate(options_.max_lookups_per_second, *figures_.last_lookup_at);
}

void poller::ask_control_question() {
  control_label_ = random_label(hooks_.random);
  control_question_ = lookup{.label = control_label_,
                             .domain = options_.dns.target_suffix,
                             .expected = lookup::target::exact,
                             .over = lookup::transport::udp};
  control_question_.context = this;
  control_question_.done = [](lookup& ended) {
    auto& self = *static_cast<poller*>(ended.context);
    if (ended.seen.kind != finding_kind::no_answer) return self.health_.control_answered();
    self.health_.control_silent();
    if (!self.health_.healthy()) self.pace_.set_rate(lookups_per_second_while_ill, self.hooks_.now());
  };
  resolver_.start(control_question_);
}

void poller::schedule(identity_id id, proof which, time_point due) {
  const std::optional<time_point> earliest = queue_.earliest();
  queue_.push({.id = id, .which = which, .due = due, .last_checked = std::nullopt, .turn = 0});
  if (!earliest || due < *earliest) arm_timer();
}

void poller::reschedule(identity_id id, proof which, time_point due) {
  queue_.remove(id, which);
  schedule(id, which, due);
}

void poller::look_now(identity_id id, proof which, std::function<void(const check*)> done) {
  urgent_.push_back({.entry = {.id = id, .which = which, .due = {}, .last_checked = std::nullopt, .turn = 0},
                     .done = std::move(done)});
  turn();
}

void poller::shift(duration step) {
  queue_.shift(step);
  turn();
}

void poller::stop() {
  stopped_ = true;
  timer_.cancel();
}

void poller::arm_timer() {
  if (stopped_) return;
  const bool asks = in_flight() > 0;
  const std::optional<time_point> earliest = queue_.earliest();
  auto sleep = std::chrono::duration_cast<steady::duration>(asks ? tick : longest_sleep);
  // Without an idle lane the first that goes on takes what is due.
  if (earliest && !idle_.empty()) {
    const time_point now = hooks_.now();
    const steady::duration until_due = std::max(*earliest, pace_.next_permit(now)) - now;
    const steady::duration least = asks || starts_left_ == 0 ? breath : steady::duration{0};
    sleep = std::min(sleep, std::max(until_due, least));
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

poller::figures poller::report() const {
  const time_point now = hooks_.now();
  const std::optional<time_point> earliest = queue_.earliest();
  figures now_so = figures_;
  now_so.lookups_total = resolver_.lookups_total();
  for (const auto& each : confirmers_) now_so.lookups_total += each->lookups_total();
  now_so.no_answer_total = health_.silent_total();
  now_so.dropped_total = resolver_.dropped_total();
  for (const auto& each : confirmers_) now_so.dropped_total += each->dropped_total();
  now_so.in_flight = in_flight();
  now_so.queued = queue_.size();
  now_so.overdue = queue_.due_before(now);
  now_so.lag = earliest ? std::max(now - *earliest, duration{0}) : duration{0};
  now_so.resolver_healthy = health_.healthy();
  return now_so;
}

}  // namespace easydkim
