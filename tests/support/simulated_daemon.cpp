// SPDX-License-Identifier: Apache-2.0
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

}  // namespace

void simulated_daemon::verify(proof which) {
  must_run();
  if (is_looked_at(status(which))) return;
  const issue order{.account = "default",
                    .domain = domain_name::parse("example.com").value(),
                    .wanted = which,
                    .tokens = fresh_tokens(),
                    .txt_token = fresh_txt_token()};
  if (stored_) {
    became(issued(*stored_, order, wall()));
    queue_.remove(stored_->id, which);
  } else {
    identity fresh = issued(order, wall());
    fresh.id = ++last_id_;
    became(std::move(fresh));
  }
  if (which == proof::dkim && !first_tokens_) first_tokens_ = stored_->tokens;
  if (which == proof::txt && !first_txt_token_) first_txt_token_ = stored_->txt_token;
  witness_of(which).window_began(elapsed_);
  queue_.push({.id = stored_->id,
               .which = which,
               .due = check_after_issue({*stored_, which}, rules_).value(),
               .last_checked = std::nullopt});
}

void simulated_daemon::erase() {
  must_run();
  became(std::nullopt);
}

void simulated_daemon::check_identity() {
  must_run();
  for (const proof which : all_proofs) {
    const dkim_status before = status(which);
    if (before == dkim_status::not_started) continue;
    look({.id = stored().id, .which = which, .due = wall(), .last_checked = std::nullopt},
         check_cause::person);
    queue_.checked(stored().id, which, wall());
    const auto waiting = queue_.find(stored().id, which);
    if (!waiting || status(which) == before) continue;
    queue_.remove(stored().id, which);
    if (const auto next = in_new_rhythm(*waiting, stored(), wall(), rules_)) queue_.push(*next);
  }
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
  for (const proof which : all_proofs) {
    witness_of(which).daemon_started(elapsed_);
    if (!stored_) continue;
    if (const auto due = check_after_start({*stored_, which}, wall(), rules_))
      queue_.push({.id = stored_->id, .which = which, .due = *due, .last_checked = std::nullopt});
  }
}

/// A running daemon notices and moves its times along; a stopped one cannot know.
void simulated_daemon::set_clock_by(duration step) {
  clock_offset_ += step;
  if (!running_) return;
  queue_.shift(step);
  const auto is_timed = [&](proof which) {
    return status(which) == dkim_status::pending || status(which) == dkim_status::temporary_failure;
  };
  if (std::ranges::any_of(all_proofs, is_timed))
    became(shifted(*stored_, {.from = wall() - step, .to = wall()}));
}

void simulated_daemon::run_to(duration moment, const std::function<bool()>& reached) {
  if (moment < elapsed_) throw std::runtime_error{"this time has passed already"};
  while (!reached || !reached()) {
    const std::optional<time_point> due = queue_.earliest();
    if (!due || true_time(*due) > moment) {
      elapsed_ = moment;
      for (const proof which : all_proofs)
        if (running_ && stored_) witness_of(which).nothing_overdue(status(which), elapsed_);
      return;
    }
    elapsed_ = std::max(elapsed_, true_time(*due));
    poll(*queue_.pop_due(wall()));
  }
}

void simulated_daemon::poll(due_queue::entry entry) {
  if (!stored_ || stored_->id != entry.id) return;  // deleted since it was scheduled
  const proof which = entry.which;
  if (!is_looked_at(status(which))) return;
  witness_of(which).nothing_overdue(status(which), elapsed_);
  look(entry, check_cause::schedule);
  witness_of(which).polled(elapsed_);
  if (const auto next = after_poll(entry, *stored_, wall(), rules_)) queue_.push(*next);
}

void simulated_daemon::look(const due_queue::entry& entry, check_cause cause) {
  if (++count_.checks > most_checks) throw std::runtime_error{"too many checks: the schedule stands still"};
  const identity subject = stored();
  check answers{planned({subject, entry, cause, simulated_suffix})};
  while (const std::optional<question> next = answers.next()) answers.answered(ask(*next, entry.which));
  const observation no_news;
  const next_steps steps = after_check({.subject = subject,
                                        .answers = answers,
                                        .news = no_news,
                                        .entry = entry,
                                        .cause = cause,
                                        .resolver_is_ill = resolver_ill_},
                                       wall(), rules_);
  if (steps.what == next_steps::writing::findings) settle(answers);
  witness_of(entry.which)
      .judged({.from = state_of(subject, entry.which).status,
               .to = status(entry.which),
               .zone_holds_all = zone_holds(entry.which),
               .now = elapsed_});
}

finding simulated_daemon::ask(const question& next, proof of) {
  ++count_.lookups;
  if (resolver_ill_) return {finding_kind::no_answer, finding_reason::unreachable, {}};
  if (next.control) {
    finding seen = zone_.ask_control(random_label());
    witness_of(of).answered_control(seen);
    return seen;
  }
  finding seen = of == proof::txt ? zone_.ask_txt(stored().txt_token.text())
                                  : zone_.ask(stored().tokens[next.record].text());
  witness_of(of).answered(seen);
  return seen;
}

/// As daemon/operations settles.
void simulated_daemon::settle(const check& answers) {
  if (auto after = apply_check(stored(), answers, wall(), rules_)) became(std::move(after));
}

bool simulated_daemon::zone_holds(proof which) const {
  return which == proof::txt ? zone_.holds(stored().txt_token) : zone_.holds(stored().tokens);
}

void simulated_daemon::became(std::optional<identity> after) {
  ++count_.writes;
  const std::optional<identity> before = std::exchange(stored_, std::move(after));
  for (const proof which : all_proofs) tell_change(before, which);
}

void simulated_daemon::tell_change(const std::optional<identity>& before, proof which) {
  const dkim_status from = before ? state_of(*before, which).status : dkim_status::not_started;
  if (from == status(which)) return;
  identity as_before = before ? *before : *stored_;
  identity as_after = stored_ ? *stored_ : *before;
  state_of(as_before, which).status = from;
  state_of(as_after, which).status = status(which);
  changes_.push_back({.of = which,
                      .to = status(which),
                      .at = elapsed_,
                      .reason = reason_of_change({as_before, as_after, which}, rules_, simulated_naming)});
}

dkim_status simulated_daemon::status(proof which) const noexcept {
  return stored_ ? state_of(*stored_, which).status : dkim_status::not_started;
}

const identity& simulated_daemon::stored() const {
  if (!stored_) throw std::runtime_error{"there is no identity"};
  return *stored_;
}

duration simulated_daemon::window_ends_at(proof which) const {
  return true_time(window_end(state_of(stored(), which), rules_));
}

std::optional<duration> simulated_daemon::next_check_at(proof which) const {
  const auto entry = queue_.find(stored().id, which);
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

verification_token simulated_daemon::fresh_txt_token() {
  std::array<std::uint8_t, verification_token::octets> bits{};
  std::ranges::generate(bits, [&] { return static_cast<std::uint8_t>(random_() & 0xFF); });
  return verification_token{bits};
}

}  // namespace easydkim::tests
