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

bool server_courtesy::goes_after_others(const treatment& of, urgency how) noexcept {
  if (of.ahead >= most_ahead) {  // it is the turn of one that is less urgent
    if (how != urgency::person) return false;
    return of.waiting[static_cast<std::size_t>(urgency::poll)] +
               of.waiting[static_cast<std::size_t>(urgency::first_check)] > 0;
  }
  for (std::size_t each = static_cast<std::size_t>(how) + 1; each < of.waiting.size(); ++each)
    if (of.waiting[each] > 0) return true;
  return false;
}

std::optional<steady_time> server_courtesy::may_ask(const server_address& server, std::string_view zone,
                                                    steady_time now, urgency how) {
  if (const auto rest = rest_of(server, zone, now)) return rest;
  const treatment* known = servers_.find(key_of(server));
  if (known == nullptr) return std::nullopt;
  // When an answer comes is not known: the time between two questions is as good a guess as any.
  if (known->in_flight >= options_.in_flight) return now + std::max(interval(), duration{10});
  const int at_once = how == urgency::person ? burst() + ahead_of_rate() : burst();
  const steady_time allowed = known->paid_until - (at_once - 1) * interval();
  if (allowed > now) return allowed;
  if (goes_after_others(*known, how)) return now + std::max(interval(), duration{10});
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
  of.ahead = how == urgency::person ? std::min<std::uint8_t>(of.ahead + 1, most_ahead) : std::uint8_t{0};
  of.paid_until = std::max(of.paid_until, now) + interval();
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
