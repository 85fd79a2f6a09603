// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/lookup.hpp"

#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>

namespace easydkim {
namespace {

finding no_answer(finding_reason reason) {
  return {finding_kind::no_answer, reason, {}};
}

finding silence(cares_channel::reply::outcome what) {
  using enum cares_channel::reply::outcome;
  if (what == timed_out) return no_answer(finding_reason::timeout);
  if (what == unreadable) return no_answer(finding_reason::unreadable);
  return no_answer(finding_reason::unreachable);
}

/// Over TCP in small letters: nobody can forge there, resolvers hand the letters on to the domain's servers,
/// and some of these drop what is in mixed case.
dns_question question_of(const lookup& request,
                         std::span<const std::uint8_t, dns_question::random_octets> random) {
  const bool over_tcp = request.state.over == lookup::transport::tcp;
  const question_manner manner{.cases = over_tcp ? question_manner::letters::small
                                                 : question_manner::letters::drawn};
  if (request.expected == lookup::target::text)
    return {{request.label, request.domain}, rr_type::txt, random, manner};
  return {{request.label, "_domainkey", request.domain}, rr_type::cname, random, manner};
}

/// True when `seen` says less than what another server said before.
bool says_nothing(const finding& seen) {
  return seen.reason == finding_reason::timeout || seen.reason == finding_reason::unreachable;
}

}  // namespace

void resolver::queue::push(lookup& last) noexcept {
  last.state.next = nullptr;
  (empty() ? first_ : last_->state.next) = &last;
  last_ = &last;
}

void resolver::queue::push_front(lookup& first) noexcept {
  if (empty()) return push(first);
  first.state.next = std::exchange(first_, &first);
}

resolver::resolver(boost::asio::io_context& io, resolver_options chosen,
                   std::function<void(std::span<std::uint8_t>)> random, std::function<void()> turn_done)
    : io_{io},
      options_{std::move(chosen)},
      random_{std::move(random)},
      turn_done_{std::move(turn_done)},
      channels_{io,
                {.timeout = options_.timeout,
                 .tries = options_.tries,
                 .ports = options_.ports,
                 .max_in_flight = options_.max_in_flight,
                 .questions_a_port = options_.questions_a_port},
                after_events_} {}

resolver::~resolver() = default;

void resolver::start(lookup& request) {
  ++in_flight_;
  ++lookups_total_;
  request.seen = {};
  request.authenticated = false;
  constexpr std::size_t usual = 4096;  // a reply that was larger leaves no memory behind
  if (request.reply.capacity() > usual) request.reply = {};
  request.reply.clear();
  request.state = {};
  request.state.owner = this;
  request.state.ticket.context = &request;
  request.state.ticket.answered = [](cares_channel::ticket& by, const cares_channel::reply& got) {
    lookup& ended = *static_cast<lookup*>(by.context);
    ended.state.owner->answered(ended, got);
  };
  choose_first_server(request);
  ask(request);
  if (!turning_) post_turn();
}

void resolver::choose_first_server(lookup& request) {
  request.state.generation = generation_;
  request.state.server = preferred_;
  request.state.servers_tried = 0;
  request.state.over = request.over;
}

/// Sends the question, or has it wait until a channel is free.
void resolver::ask(lookup& request) {
  const bool in_turn = waiting_.empty() || request.state.over == lookup::transport::tcp;
  if (!in_turn || !send(request)) waiting_.push(request);
}

/// False when no channel is free; after true, the lookup may be done already.
bool resolver::send(lookup& request) {
  if (request.state.generation != generation_) choose_first_server(request);
  if (options_.servers.empty()) {
    request.seen = no_answer(finding_reason::unreachable);
    finish(request);
    return true;
  }
  cares_channel* channel = nullptr;
  try {
    channel = channels_.take(options_.servers[request.state.server], request.state.over);
  } catch (const std::runtime_error&) {  // c-ares cannot make a channel now
    weigh(request, no_answer(finding_reason::unreachable));
    return true;
  }
  if (channel == nullptr) return false;
  request.state.question = question_of(request, random_.take<dns_question::random_octets>());
  channel->send(request.state.question.bytes(), request.state.ticket);
  return true;
}

void resolver::answered(lookup& request, const cares_channel::reply& got) {
  if (got.what != cares_channel::reply::outcome::arrived) return weigh(request, silence(got.what));
  finding seen = read_answer(got.message, request.state.question,
                             {.label = request.label,
                              .suffix = request.suffix.empty() ? options_.target_suffix : request.suffix,
                              .text = request.text,
                              .is = request.expected,
                              .over = request.state.over});
  request.authenticated = seen.kind != finding_kind::no_answer && is_authenticated(got.message);
  if (request.known != nullptr && seen != *request.known)
    request.reply.assign(got.message.begin(), got.message.end());
  weigh(request, std::move(seen));
}

/// Decides whether `seen` is the result, or somebody is asked once more.
void resolver::weigh(lookup& request, finding seen) {
  lookup::progress& state = request.state;
  const bool same_servers = state.generation == generation_;
  const bool over_udp = state.over == lookup::transport::udp;
  if (seen.kind != finding_kind::no_answer) {
    if (same_servers) preferred_ = state.server;
    request.seen = std::move(seen);
    return finish(request);
  }

  const bool may_be_forged = seen.reason == finding_reason::case_changed && over_udp;
  if (request.seen.kind == finding_kind::unchecked || !says_nothing(seen)) request.seen = std::move(seen);
  if (may_be_forged && same_servers) {
    state.over = lookup::transport::tcp;
    return again_.push(request);
  }
  if (same_servers) {
    if (++state.servers_tried >= options_.servers.size()) return finish(request);
    state.server = (state.server + 1) % options_.servers.size();
    state.over = request.over;
  }
  again_.push(request);
}

void resolver::finish(lookup& request) {
  --in_flight_;
  some_done_ = true;
  request.done(request);
}

void resolver::set_servers(std::vector<server_address> servers) {
  options_.servers = std::move(servers);
  preferred_ = 0;
  ++generation_;
  post_turn();
}

std::string resolver::server_of(const lookup& ended) const {
  const bool same_servers = ended.state.generation == generation_;
  return same_servers && ended.state.server < options_.servers.size()
             ? options_.servers[ended.state.server].to_string()
             : std::string{};
}

void resolver::tick() {
  channels_.tick();
  end_turn();
}

/// Comes after each batch of events, when c-ares has returned.
void resolver::end_turn() {
  turning_ = true;
  for (queue once_more = std::exchange(again_, {}); !once_more.empty();) {
    ask(once_more.pop());
  }
  while (!waiting_.empty()) {
    lookup& request = waiting_.pop();
    if (send(request)) continue;
    waiting_.push_front(request);
    break;
  }
  channels_.tidy(options_.servers);
  if (std::exchange(some_done_, false)) turn_done_();  // starts the next ones
  channels_.flush();
  turning_ = false;
  if (some_done_ || !again_.empty()) post_turn();
}

void resolver::post_turn() {
  if (std::exchange(turn_posted_, true)) return;
  boost::asio::post(io_, [this, still = std::weak_ptr<void>{alive_}] {
    if (still.expired()) return;
    turn_posted_ = false;
    end_turn();
  });
}

}  // namespace easydkim
