// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/running_daemon.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <semaphore>
#include <utility>

#include "tests/soak/dice.hpp"

namespace easydkim::soak {

namespace asio = boost::asio;
using tests::dns_action;
using tests::dns_query;
using tests::dns_reply;

namespace {

constexpr std::uint64_t store_size = std::uint64_t{64} << 20;

/// So long that no machine is too slow: an answer always comes.
constexpr std::chrono::seconds dns_patience{30};

poller::options polling_by(const era_order& order, std::uint16_t port) {
  return {.dns = {.servers = {{asio::ip::address_v4::loopback(), port}},
                  .target_suffix = naming.target_suffix,
                  .timeout = dns_patience,
                  .tries = 1,
                  .max_in_flight = 1},
          .txt_prefix = naming.txt_prefix,
          .rules = order.rules,
          .max_lookups_per_second = 0,
          .longest_wait_of_a_check = std::chrono::hours{1}};
}

/// An answer as the zone's servers give it.
void put_answer(dns_reply& reply, const dns_query& query, const finding& said, const dns_look& look) {
  const std::string right = look.label + "." + naming.target_suffix;
  switch (said.kind) {
    case finding_kind::no_answer:
      reply.rcode = said.reason == finding_reason::refused ? 5 : 2;
      return;
    case finding_kind::found:
      reply.answers = {tests::cname_record(query.name, right)};
      return;
    case finding_kind::wrong_target:
      if (said.reason == finding_reason::redirected)
        reply.answers = {tests::dname_record("_domainkey." + look.domain, naming.target_suffix),
                         tests::cname_record(query.name, right)};
      else
        reply.answers = {tests::cname_record(query.name, said.observed)};
      return;
    case finding_kind::absent:
    case finding_kind::unchecked:
      reply.rcode = 3;
      reply.authorities = {tests::soa_record(look.domain)};
      return;
  }
}

/// As if all records had been found.
check in_place(dkim_status status) {
  check look{{.status = status}};
  while (const auto next = look.next()) {
    const bool right = !next->control;
    look.answered({right ? finding_kind::found : finding_kind::absent, finding_reason::none, {}});
  }
  return look;
}

dns_look look_of(const dns_query& query) {
  const std::string name = tests::lower(query.name);
  constexpr std::string_view mark = "._domainkey.";
  if (const std::size_t at = name.find(mark); at != name.npos)
    return {
        .of = proof::dkim, .label = name.substr(0, at), .domain = name.substr(at + mark.size()), .text = {}};
  return {.of = proof::txt, .label = {}, .domain = name.substr(name.find('.') + 1), .text = {}};
}

}  // namespace

running_daemon::running_daemon(const era_order& order, const world& truth,
                               std::function<void(const tiding&)> tell)
    : order_{order},
      tell_{std::move(tell)},
      world_{truth},
      now_{order.begin},
      tokens_{roll(order.seed, dice::era,
                   {static_cast<std::uint64_t>(order.begin.time_since_epoch().count()), 1})},
      labels_{roll(order.seed, dice::era,
                   {static_cast<std::uint64_t>(order.begin.time_since_epoch().count()), 2})},
      dns_{[this](const dns_query& query) { return answer_query(query); }},
      parts_{io_,
             {.store = order.store,
              .store_size = store_size,
              .polling = polling_by(order, dns_.port()),
              .limits = {.verify_domain_dkim_per_second = 0, .identities_per_account = 0}},
             surroundings()} {
  dns_.remember(tests::scripted_dns_server::memory::count_only);
  parts_.read_identities();
}

daemon_parts::dependencies running_daemon::surroundings() {
  daemon_parts::dependencies around{
      .now = [this] { return now_; },
      .random = [this](std::span<std::uint8_t> octets) { fill(octets, tokens_); },
      .random_labels = [this](std::span<std::uint8_t> octets) { fill(octets, labels_); },
      .broken = [this](std::exception_ptr why) { broken_ = std::move(why); },
      .settle = [this](identity_id id, const check& answers, const observation& news,
                       auto written) { settle(id, answers, news, std::move(written)); }};
  if (order_.way == dns_way::by_hook)
    around.look_at_zone = [this](look_order order, auto answered) {
      look_at_zone(std::move(order), std::move(answered));
    };
  return around;
}

void running_daemon::fill(std::span<std::uint8_t> octets, std::mt19937_64& from) {
  for (std::uint8_t& each : octets) each = static_cast<std::uint8_t>(from());
}

void running_daemon::set_time(time_point now) {
  const std::lock_guard lock{world_mutex_};
  now_ = now;
}

void running_daemon::owner_is_told(const identity& subject) {
  const std::lock_guard lock{world_mutex_};
  for (const proof which : all_proofs)
    if (state_of(subject, which).status != dkim_status::not_started) world_.told(subject, which, now_);
}

void running_daemon::settle(identity_id id, const check& done, const observation& seen,
                            std::function<void(std::optional<identity>)> written) {
  ++settlements_;
  tiding told{.what = tiding::kind::judging, .at = now_, .id = id, .of = done.of()};
  {
    const std::lock_guard lock{world_mutex_};
    const heard all = world_.heard_of(id, done.of(), now_);
    told.for_it = all.for_it;
    told.against_it = all.against_it;
  }
  tell_(told);
  const bool lies = order_.fault == planted_fault::verifies_nobody && done.of() == proof::dkim &&
                    done.status() == dkim_status::pending;
  parts_.settlement.settle(
      id, lies ? in_place(done.status()) : done, seen,
      [this, told, written = std::move(written)](std::optional<identity> stored) mutable {
        --settlements_;
        told.what = tiding::kind::judged;
        told.stored = stored;
        tell_(told);
        written(std::move(stored));
      });
}

void running_daemon::look_at_zone(look_order order, std::function<void(zone_look)> answered) {
  ++looks_;
  zone_look said{};
  {
    const std::lock_guard lock{world_mutex_};
    said.look.seen = world_.answer({.of = order.of,
                                    .label = order.of == proof::dkim ? order.label : "",
                                    .domain = order.domain,
                                    .text = order.text},
                                   now_);
  }
  said.look.was_asked = true;
  said.look.decides_loss = true;  // all of the zone's servers say the same
  said.look.was_answered = said.look.seen.kind != finding_kind::no_answer;
  if (order_.fault == planted_fault::fails_on_silence && !said.look.was_answered)
    said.look.seen = {finding_kind::absent, finding_reason::no_such_name, {}};
  parts_.polling.resolver_was_asked(said.look.was_answered);
  asio::post(io_, [this, said = std::move(said), answered = std::move(answered)] {
    --looks_;
    answered(said);
  });
}

std::vector<dns_action> running_daemon::answer_query(const dns_query& query) {
  const dns_look look = look_of(query);
  dns_reply reply{query};
  const std::lock_guard lock{world_mutex_};
  if (look.domain == naming.target_suffix) {  // whether our own resolver is ill
    reply.rcode = world_.silence(now_) ? 2 : 3;
    return {{.message = reply.message()}};
  }
  const finding said = world_.answer(look, now_);
  if (look.of == proof::dkim || said.kind == finding_kind::no_answer) {
    put_answer(reply, query, said, look);
    return {{.message = reply.message()}};
  }
  for (const std::string& text : world_.texts_at(look.domain, now_))
    reply.answers.push_back(tests::txt_record(query.name, {text}));
  if (reply.answers.empty()) put_answer(reply, query, {finding_kind::absent, {}, {}}, look);
  return {{.message = reply.message()}};
}

bool running_daemon::settle_down(const std::function<bool()>& waiting) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + order_.patience;
  parts_.polling.shift(duration{0});  // looks at the clock
  while (looks_ > 0 || settlements_ > 0 || parts_.polling.report().in_flight > 0 || (waiting && waiting())) {
    if (clock::now() >= deadline) return false;
    gather([&] { finish_looks(deadline); });
    if (broken_) std::rethrow_exception(broken_);
  }
  return true;
}

void running_daemon::finish_looks(std::chrono::steady_clock::time_point deadline) {
  do {
    while (io_.poll() > 0) {
    }
  } while ((looks_ > 0 || parts_.polling.report().in_flight > 0) && io_.run_one_until(deadline) > 0);
}

void running_daemon::gather(const std::function<void()>& ask) {
  const auto gate = std::make_shared<std::binary_semaphore>(0);
  parts_.writer.submit({.apply = [gate](write_group&) -> std::optional<errc> {
                          gate->acquire();
                          return std::nullopt;
                        },
                        .done = [](std::optional<errc>) {}});
  ask();
  while (io_.poll() > 0) {
  }
  gate->release();
  for (int i = 0; i < 2; ++i) parts_.writer.alone([] {});  // behind the changes, and behind their group
}

void running_daemon::tamper(const std::function<void(write_group&)>& change) {
  bool done = false;
  parts_.writer.submit({.apply = [&](write_group& group) -> std::optional<errc> {
                          change(group);
                          return std::nullopt;
                        },
                        .done = [&](std::optional<errc>) { done = true; }});
  settle_down([&] { return !done; });
}

void running_daemon::finish() {
  parts_.finish();
  io_.restart();
  io_.poll();
}

}  // namespace easydkim::soak
