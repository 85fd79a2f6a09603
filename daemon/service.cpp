#include "daemon/service.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <stdexcept>

#include "core/printable.hpp"
#include "core/schedule.hpp"
#include "daemon/log.hpp"
#include "daemon/not_waited_for.hpp"
#include "daemon/notify.hpp"
#include "daemon/polling_settings.hpp"
#include "daemon/random.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

operation_limits limits_of(const config& settings) {
  return {.verify_domain_dkim_per_second = static_cast<double>(settings.limits.verify_domain_dkim_per_second),
          .identities_per_account = settings.limits.identities_per_account,
          .own_mailbox_domains = settings.limits.own_mailbox_domains};
}

/// Not for longer than a moment: clients that ask on and on do not hold up the end.
void run_what_is_ready(asio::io_context& io) {
  constexpr std::chrono::seconds longest{1};
  const auto end = std::chrono::steady_clock::now() + longest;
  while (io.poll_one() > 0 && std::chrono::steady_clock::now() < end) {
  }
}

}  // namespace

service::service(start_order order)
    : order_{std::move(order)},
      started_at_{clock_.now()},
      store_{order_.settings.store.path, order_.settings.store.size},
      writer_{io_, store_, [this](std::exception_ptr why) { stop_broken(std::move(why)); }},
      servers_{dns_servers(order_.settings)},
      poller_{io_, polling_options(order_.settings, servers_),
              poller::hooks{
                  .load = [this](identity_id id) { return store_.load(id); },
                  .settle = [this](identity_id id, const check& done, const observation& seen,
                                   auto written) { operations_.settle(id, done, seen, std::move(written)); },
                  .now = [this] { return clock_.now(); },
                  .random = fill_random,
                  .look_at_zone = zone_hook(),
                  .examine = [this](const identity& as_seen,
                                    auto explained) { inquiries_.examine(as_seen, std::move(explained)); }}},
      inquiries_{io_, order_.settings, servers_,
                 dns_inquiries::hooks{
                     .now = [this] { return clock_.now(); },
                     .random = fill_random,
                     .evidence_of =
                         [this](identity_id id) {
                           const auto kept = store_.evidence_of(id);
                           return kept ? *kept : evidence{};
                         },
                     .resolver_was_asked = [this](bool answered) { poller_.resolver_was_asked(answered); },
                     .resolver_answers = [this] { return poller_.resolver_answers(); }}},
      operations_{operations::parts{
                      .store = store_,
                      .writer = writer_,
                      .polling = poller_,
                      .counts = counts_,
                      .feed = feed_,
                      .now = [this] { return clock_.now(); },
                      .random = fill_random,
                      .inspect = [this](domain_name domain) { return inquiries_.inspect(std::move(domain)); },
                      .rules = order_.settings.verification.rules,
                      .naming = {.target_suffix = order_.settings.verification.target_suffix,
                                 .txt_prefix = order_.settings.verification.txt_prefix}},
                  limits_of(order_.settings)},
      upkeep_{io_, store_, writer_, [this](std::exception_ptr why) { stop_broken(std::move(why)); }},
      services_{.run = operations_,
                .upkeep = upkeep_,
                .status = [this] { return status_object(status()); },
                .requests = requests_},
      socket_{order_.passed_socket ? control_socket{io_, *order_.passed_socket}
                                   : control_socket{io_, order_.settings.control.socket.string(),
                                                    order_.settings.control.mode}},
      server_{io_, socket_, services_, feed_, order_.settings.control.max_connections},
      ses_api_{{.io = io_,
                .run = operations_,
                .now = [this] { return clock_.now(); },
                .random = fill_random,
                .requests = requests_},
               order_.settings.ses_api},
      metrics_port_{io_, order_.settings.metrics, [this] { return metrics(); }},
      signals_{io_, SIGTERM, SIGINT, SIGHUP},
      reported_at_{started_at_} {
  report(daemon_state::starting);
  read_identities();
  listen_for_changes();
}

/// Empty in recursive mode.
std::function<void(look_order, std::function<void(zone_look)>)> service::zone_hook() {
  if (order_.settings.resolver.mode == config::resolver_settings::who::recursive) return {};
  return [this](look_order order, std::function<void(zone_look)> answered) {
    inquiries_.look_at_zone(std::move(order), std::move(answered));
  };
}

/// Rebuilds what is not on disk: the counts and the queue.
void service::read_identities() {
  poller_.reserve(static_cast<std::size_t>(store_.count()));
  store_.each_outline([this](const outline& each) {
    counts_.arrived(each);
    for (const proof which : all_proofs) {
      const auto due = check_after_start({each, which}, started_at_, order_.settings.verification.rules);
      if (due) poller_.schedule(each.id, which, *due);
    }
  });
  spdlog::info("store, opened '{}' ({} identities, {} pending)", order_.settings.store.path.string(),
               counts_.all(), counts_.with_status(dkim_status::pending));
}

void service::listen_for_changes() {
  feed_.join([this](const identity_change& change) {
    changes_.add(change);
    if (change.of == proof::dkim) last_change_ = change;
    // The issue of many is told by its caller; what is settled is told here, once.
    const auto level = change.to == dkim_status::pending ? spdlog::level::debug : spdlog::level::info;
    if (!spdlog::should_log(level)) return;
    spdlog::log(level, "{}, {} -> {} '{}' (account '{}': {})",
                change.of == proof::dkim ? "identity" : "domain", to_string(change.from),
                to_string(change.to), change.identity, change.account, printable(change.reason));
  });
}

void service::run() {
  asio::co_spawn(io_, handle_signals(), not_waited_for);
  asio::co_spawn(io_, every(std::chrono::seconds{1}, &service::tick), not_waited_for);
  asio::co_spawn(io_, every(order_.settings.status.interval, &service::report_running), not_waited_for);
  if (const auto limit = watchdog_limit())
    asio::co_spawn(io_, every(*limit / 3, &service::feed_watchdog), not_waited_for);
  server_.start();
  ses_api_.start();
  metrics_port_.start();
  upkeep_.check();
  report(daemon_state::running);
  notify_ready();
  spdlog::info("daemon, running (control socket '{}')", order_.settings.control.socket.string());

  io_.run();
  if (broken_) std::rethrow_exception(broken_);
  finish();
}

void service::stop_broken(std::exception_ptr why) {
  broken_ = std::move(why);
  io_.stop();
}

/// What was acknowledged is on disk already; what is being written is finished and answered.
void service::finish() {
  notify_stopping();
  report(daemon_state::stopping);
  poller_.stop();
  upkeep_.stop();
  writer_.finish();
  io_.restart();
  run_what_is_ready(io_);
  server_.stop();
  ses_api_.stop();
  metrics_port_.stop();
  run_what_is_ready(io_);
  report(daemon_state::stopped);
  spdlog::info("daemon, stopped");
}

service::awaitable service::handle_signals() {
  for (;;) {
    const int signal = co_await signals_.async_wait(asio::use_awaitable);
    if (signal != SIGHUP) break;
    reload();
  }
  io_.stop();
}

service::awaitable service::every(duration period, void (service::*step)()) {
  asio::steady_timer timer{io_};
  for (;;) {
    timer.expires_after(period);
    co_await timer.async_wait(asio::use_awaitable);
    (this->*step)();
  }
}

void service::reload() {
  notify_reloading();
  const std::uint64_t size = order_.settings.store.size;
  try {
    const config_or_fault fresh = load_config(order_.config_file, order_.when_missing);
    if (!fresh) throw std::runtime_error{fresh.error()};
    const reloaded_config taken = reloaded(order_.settings, *fresh);
    servers_ = dns_servers(taken.settings);
    order_.settings = taken.settings;
    poller_.set_servers(servers_, confirmation_of(order_.settings));
    inquiries_.set_servers(servers_);
    operations_.set_limits(limits_of(order_.settings));
    set_log_level(order_.settings.log.level);
    for (const std::string& key : taken.need_restart)
      spdlog::warn("config, kept '{}' as it was (takes effect at the next start)", key);
    spdlog::info("config, reloaded '{}'", order_.config_file.string());
  } catch (const std::runtime_error& why) {
    spdlog::error("config, kept the old settings ({})", printable(why.what()));
  }
  if (size != order_.settings.store.size) upkeep_.resize(order_.settings.store.size);
  ses_api_.reload();  // a key that was taken away must go, whatever else is wrong
  notify_ready();
}

void service::tick() {
  follow_clock();
  watch_resolver();
}

void service::follow_clock() {
  const duration step = clock_.follow_wall_clock();
  if (step == duration{0}) return;
  spdlog::warn("clock, was set by {} s; windows and checks are moved along", step.count() / 1000);
  poller_.shift(step);
  const time_point now = clock_.now();
  asio::co_spawn(io_, operations_.shift_windows({.from = now - step, .to = now}), not_waited_for);
}

void service::watch_port_53() {
  const port_53::state port = inquiries_.dns().port();
  const port_53::state before = std::exchange(port_53_was_, port);
  if (port == before) return;
  if (port == port_53::state::blocked)
    spdlog::warn(
        "resolver, port 53 to the world seems blocked: no name server of any domain answers, nor does "
        "the root; asking {} instead (open the port, or set resolver.mode = \"recursive\")",
        order_.settings.resolver.servers.empty() ? "the servers of resolv.conf" : "resolver.servers");
  if (before == port_53::state::blocked)
    spdlog::info("resolver, name servers of domains answer again; asking them");
  report(state_);
}

void service::watch_resolver() {
  watch_port_53();
  const bool healthy = poller_.resolver_answers();
  if (healthy == std::exchange(resolver_was_healthy_, healthy)) return;
  if (healthy)
    spdlog::info("resolver, answers again; polling at full pace");
  else
    spdlog::error("resolver, no lookup is answered; polling slowly until one is (check resolver.servers)");
  report(state_);
}

void service::feed_watchdog() {
  writer_.ping(notify_alive);
}

}  // namespace easydkim
