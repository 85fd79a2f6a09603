#include "tests/support/simulated_daemon.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/schedule.hpp"
#include "core/verdict.hpp"

namespace easydkim::tests {
namespace {

constexpr time_point begin_of_life = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};

/// More checks than any life needs: the schedule stands still.
constexpr std::size_t most_checks = 1'000'000;

/// As the poller chooses.
std::size_t first_record(const identity& subject, std::size_t turn) {
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    const std::size_t record = (turn + i) % records_per_identity;
    if (subject.findings[record].kind != finding_kind::found) return record;
  }
  return turn % records_per_identity;
}

}  // namespace

void simulated_daemon::verify() {
  must_run();
  if (stored_ && is_looked_at(stored_->status)) return;
  if (stored_) {
    became(restarted(*stored_, wall()));
    queue_.remove(stored_->id);
  } else {
    identity fresh = issued(
        {.account = "default", .domain = domain_name::parse("example.com").value(), .tokens = fresh_tokens()},
        wall());
    fresh.id = ++last_id_;
    became(std::move(fresh));
    if (!first_tokens_) first_tokens_ = stored_->tokens;
  }
  witness_.window_began(elapsed_);
  queue_.push({.id = stored_->id,
               .due = check_after_issue(*stored_, rules_).value(),
               .last_checked = std::nullopt,
               .turn = 0});
}

void simulated_daemon::erase() {
  must_run();
  became(std::nullopt);
}

void simulated_daemon::check_identity() {
  must_run();
  const identity_id id = stored().id;
  const check done = look(check::extent::full, first_record(stored(), 0));
  settle(done);
  queue_.checked(id, wall());
}

void simulated_daemon::set_enabled(bool on) {
  must_run();
  identity after = stored();
  after.dkim_enabled = on;
  became(std::move(after));
}

void simulated_daemon::stop() {
  must_run();
  running_ = false;
  queue_ = {};
}

void simulated_daemon::start() {
  if (running_) throw std::runtime_error{"the daemon is running already"};
  running_ = true;
  witness_.daemon_started(elapsed_);
  if (!stored_) return;
  if (const auto due = check_after_start(*stored_, wall(), rules_))
    queue_.push({.id = stored_->id, .due = *due, .last_checked = std::nullopt, .turn = 0});
}

/// A running daemon notices and moves its times along; a stopped one cannot know.
void simulated_daemon::set_clock_by(duration step) {
  clock_offset_ += step;
  if (!running_) return;
  queue_.shift(step);
  if (status() == dkim_status::pending || status() == dkim_status::temporary_failure)
    became(shifted(*stored_, step));
}

void simulated_daemon::run_to(duration moment, const std::function<bool()>& reached) {
  if (moment < elapsed_) throw std::runtime_error{"this time has passed already"};
  while (!reached || !reached()) {
    const std::optional<time_point> due = queue_.earliest();
    if (!due || true_time(*due) > moment) {
      elapsed_ = moment;
      if (running_ && stored_) witness_.nothing_overdue(status(), elapsed_);
      return;
    }
    elapsed_ = std::max(elapsed_, true_time(*due));
    poll(*queue_.pop_due(wall()));
  }
}

void simulated_daemon::poll(due_queue::entry entry) {
  if (!stored_ || stored_->id != entry.id) return;  // deleted since it was scheduled
  if (!is_looked_at(stored_->status)) return;
  witness_.nothing_overdue(status(), elapsed_);
  settle(look(check::extent::poll, first_record(*stored_, entry.turn)));
  witness_.polled(elapsed_);
  if (const auto due = next_check(*stored_, wall(), rules_))
    queue_.push({.id = entry.id,
                 .due = *due,
                 .last_checked = wall(),
                 .turn = (entry.turn + 1) % records_per_identity});
}

check simulated_daemon::look(check::extent how_much, std::size_t first) {
  if (++count_.checks > most_checks) throw std::runtime_error{"too many checks: the schedule stands still"};
  check done{stored().status, how_much, first};
  while (const std::optional<question> next = done.next()) done.answered(ask(*next));
  return done;
}

finding simulated_daemon::ask(const question& next) {
  ++count_.lookups;
  if (resolver_ill_) return {finding_kind::no_answer, finding_reason::unreachable, {}};
  if (!next.control) {
    finding seen = zone_.ask(stored().tokens[next.record].text());
    witness_.answered(seen);
    return seen;
  }
  finding seen = zone_.ask_control(random_label());
  witness_.answered_control(seen);
  return seen;
}

void simulated_daemon::settle(const check& done) {
  const dkim_status before = status();
  const bool our_fault = done.result() == check::outcome::silent && resolver_ill_;
  if (!our_fault)
    if (auto after = judged(stored(), done, wall(), rules_)) became(std::move(after));
  witness_.judged(
      {.from = before, .to = status(), .zone_holds_all = zone_.holds(stored().tokens), .now = elapsed_});
}

void simulated_daemon::became(std::optional<identity> after) {
  ++count_.writes;
  const std::optional<identity> before = std::exchange(stored_, std::move(after));
  const dkim_status from = before ? before->status : dkim_status::not_started;
  if (from == status()) return;
  identity as_before = before ? *before : *stored_;
  identity as_after = stored_ ? *stored_ : *before;
  as_before.status = from;
  as_after.status = status();
  changes_.push_back({.to = status(),
                      .at = elapsed_,
                      .reason = reason_of_change(as_before, as_after, rules_, simulated_suffix)});
}

dkim_status simulated_daemon::status() const noexcept {
  return stored_ ? stored_->status : dkim_status::not_started;
}

const identity& simulated_daemon::stored() const {
  if (!stored_) throw std::runtime_error{"there is no identity"};
  return *stored_;
}

duration simulated_daemon::window_ends_at() const {
  return true_time(window_end(stored(), rules_));
}

std::optional<duration> simulated_daemon::next_check_at() const {
  const auto entry = queue_.find(stored().id);
  if (!entry) return std::nullopt;
  return true_time(entry->due);
}

time_point simulated_daemon::wall() const noexcept {
  return begin_of_life + elapsed_ + clock_offset_;
}

duration simulated_daemon::true_time(time_point on_the_wall) const noexcept {
  return on_the_wall - begin_of_life - clock_offset_;
}

void simulated_daemon::must_run() const {
  if (!running_) throw std::runtime_error{"the daemon is stopped"};
}

std::string simulated_daemon::random_label() {
  return fresh_tokens().front().text();
}

token_set simulated_daemon::fresh_tokens() {
  std::array<std::uint8_t, records_per_identity * token::octets> bits{};
  std::ranges::generate(bits, [&] { return static_cast<std::uint8_t>(random_() & 0xFF); });
  return make_tokens(bits);
}

}  // namespace easydkim::tests
