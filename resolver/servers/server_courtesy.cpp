// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/server_courtesy.hpp"

#include <algorithm>

namespace easydkim {
namespace {

std::string key_of(const server_address& server) {
  return server.to_string();
}
std::string key_of(const server_address& server, std::string_view zone) {
  return server.to_string().append(" ").append(zone);
}

}  // namespace

server_courtesy::server_courtesy(options chosen)
    : options_{chosen}, servers_{chosen.max_servers}, lame_{chosen.max_servers} {}

int server_courtesy::burst() const noexcept {
  return static_cast<int>(std::clamp(options_.queries_per_second, 1.0, static_cast<double>(most_burst)));
}

/// Between two questions, in the long run.
duration server_courtesy::interval() const noexcept {
  if (options_.queries_per_second <= 0) return duration{0};
  return duration{static_cast<duration::rep>(1000.0 / options_.queries_per_second)};
}

std::optional<steady_time> server_courtesy::rest_of(const server_address& server, std::string_view zone,
                                                    steady_time now) {
  steady_time until{};
  if (const steady_time* lame = lame_.find(key_of(server, zone))) until = *lame;
  if (const treatment* known = servers_.find(key_of(server))) until = std::max(until, known->rests_until);
  return until > now ? std::optional{until} : std::nullopt;
}

bool server_courtesy::rests(const server_address& server, std::string_view zone, steady_time now) {
  return rest_of(server, zone, now).has_value();
}

bool server_courtesy::was_silent_since(const server_address& server, steady_time since) {
  const treatment* known = servers_.find(key_of(server));
  return known != nullptr && known->silences > 0 && known->silent_at >= since;
}

bool server_courtesy::goes_after_others(const treatment& of, urgency how, steady_time now) noexcept {
  const bool people_wait = of.waiting[static_cast<std::size_t>(urgency::person)] > 0;
  const bool first_checks_wait = of.waiting[static_cast<std::size_t>(urgency::first_check)] > 0;
  const bool goes_after_people = people_wait && of.turn_of_others > now;
  switch (how) {
    case urgency::poll:
      return first_checks_wait || goes_after_people;
    case urgency::first_check:
      return goes_after_people;
    case urgency::person:
      break;
  }
  return false;
}

/// When the rate allows another question: people ahead of it, and all others one of five questions for which those
/// wait who are more urgent.
steady_time server_courtesy::allowed_from(const treatment& of, urgency how) const noexcept {
  if (how == urgency::person) return of.paid_until - (burst() + ahead_of_rate() - 1) * interval();
  return std::min(of.paid_until - (burst() - 1) * interval(), of.turn_of_others);
}

std::optional<steady_time> server_courtesy::may_ask(const server_address& server, std::string_view zone,
                                                    steady_time now, urgency how) {
  if (const auto rest = rest_of(server, zone, now)) return rest;
  const treatment* known = servers_.find(key_of(server));
  if (known == nullptr) return std::nullopt;
  // When an answer comes is not known: the time between two questions is as good a guess as any.
  if (known->in_flight >= options_.in_flight) return now + std::max(interval(), duration{10});
  const steady_time allowed = allowed_from(*known, how);
  if (allowed > now) return allowed;
  if (goes_after_others(*known, how, now)) return now + std::max(interval(), duration{10});
  return std::nullopt;
}

steady_time server_courtesy::promise(const server_address& server, steady_time earliest) {
  steady_time& taken = servers_.at(key_of(server)).promised_until;
  const steady_time next = taken + std::max(interval(), duration{10});
  taken = next < earliest || next > earliest + longest_promise ? earliest : next;
  return taken;
}

bool server_courtesy::may_wait(const server_address& server, duration longest, urgency how) {
  std::uint16_t& waiting = servers_.at(key_of(server)).waiting[static_cast<std::size_t>(how)];
  const auto most = std::max<duration::rep>(1, longest / std::max(interval(), duration{10}));
  if (waiting >= most) return false;
  ++waiting;
  return true;
}

void server_courtesy::has_waited(const server_address& server, urgency how) {
  std::uint16_t& waiting = servers_.at(key_of(server)).waiting[static_cast<std::size_t>(how)];
  if (waiting > 0) --waiting;  // none when it was forgotten meanwhile
}

void server_courtesy::asked(const server_address& server, steady_time now, urgency how) {
  treatment& of = servers_.at(key_of(server));
  ++of.in_flight;
  of.paid_until = std::max(of.paid_until, now) + interval();
  if (how != urgency::person) of.turn_of_others = now + one_in * interval();
}

void server_courtesy::answered(const server_address& server) {
  treatment& of = servers_.at(key_of(server));
  if (of.in_flight > 0) --of.in_flight;  // none when it was forgotten meanwhile
  of.silences = 0;
  of.rests_until = {};
}

void server_courtesy::silent(const server_address& server, steady_time now) {
  treatment& of = servers_.at(key_of(server));
  if (of.in_flight > 0) --of.in_flight;
  of.silent_at = now;
  if (of.rests_until > now) return;  // was asked together with one that has been counted
  if (++of.silences < silences_before_rest) return;
  duration rest = first_rest;
  for (int i = silences_before_rest; i < of.silences && rest < options_.longest_silence; ++i) rest *= 2;
  if (rest >= options_.longest_silence) --of.silences;  // it cannot grow any more
  of.rests_until = now + std::min(rest, options_.longest_silence);
}

void server_courtesy::not_sent(const server_address& server) {
  treatment& of = servers_.at(key_of(server));
  if (of.in_flight > 0) --of.in_flight;
}

void server_courtesy::forget_lame() {
  lame_ = bounded_cache<steady_time>{options_.max_servers};
}

void server_courtesy::lame(const server_address& server, std::string_view zone, steady_time now) {
  lame_.at(key_of(server, zone)) = now + options_.lame_for;
}

}  // namespace easydkim
