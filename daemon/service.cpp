// SPDX-License-Identifier: Apache-2.0
#include "daemon/service.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <stdexcept>

#include "core/printable.hpp"
#include "daemon/config/polling_settings.hpp"
#include "daemon/operations/window_shift.hpp"
#include "daemon/process/log.hpp"
#include "daemon/process/not_waited_for.hpp"
#include "daemon/process/notify.hpp"
#include "daemon/process/random.hpp"
#include "daemon/storage/suffix_census.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

operation_limits limits_of(const config& settings) {
  return {.verify_domain_dkim_per_second = static_cast<double>(settings.limits.verify_domain_dkim_per_second),
          .identities_per_account = settings.limits.identities_per_account,
          .checks_per_second = static_cast<double>(settings.limits.checks_per_second),
          .own_mailbox_domains = settings.limits.own_mailbox_domains,
          .private_suffixes = settings.limits.private_suffixes};
}

void tell_upgrade(const std::optional<store_upgrade>& upgrade) {
  if (!upgrade) return;
  if (upgrade->copy.empty())
    spdlog::warn(
        "store, is of format {} and from now on written in format {}; there is no copy of it as it was ({})",
        upgrade->from, upgrade->to, upgrade->fault);
  else
    spdlog::info(
        "store, is of format {} and from now on written in format {}; to go back, stop easydkimd, rename "
        "'{}' to "
        "data.mdb, remove lock.mdb, and start the earlier version",
        upgrade->from, upgrade->to, upgrade->copy.string());
}

connection_limits connections_of(const config& settings) {
  return {.all = settings.control.max_connections, .of_uid = settings.limits.connections_per_uid};
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
      servers_{first_dns_servers(order_.settings)},
      parts_{io_,
             {.store = order_.settings.store.path,
              .store_size = order_.settings.store.size,
              .polling = polling_options(order_.settings, servers_),
              .limits = limits_of(order_.settings)},
             surroundings()},
      inquiries_{io_, order_.settings, servers_, hooks_of_inquiries()},
      services_{.operations = parts_.operations,
                .upkeep = parts_.upkeep,
                .status = [this] { return status_object(report_.status()); },
                .requests = requests_},
      socket_{order_.passed_socket ? control_socket{io_, *order_.passed_socket}
                                   : control_socket{io_, order_.settings.control.socket.string(),
                                                    order_.settings.control.mode}},
      server_{io_, socket_, services_, parts_.feed, connections_of(order_.settings)},
      ses_api_{{.io = io_,
                .operations = parts_.operations,
                .now = [this] { return clock_.now(); },
                .random = fill_random,
                .requests = requests_},
               order_.settings.ses_api},
      metrics_port_{io_, order_.settings.metrics, [this] { return report_.metrics(); }},
      signals_{io_, SIGTERM, SIGINT, SIGHUP} {
  report_.enter(daemon_state::starting);
  tell_upgrade(parts_.store.upgrade());
  parts_.read_identities();
  spdlog::info("store, opened '{}' ({} identities, {} pending)", order_.settings.store.path.string(),
               parts_.counts.all(), parts_.counts.with_status(dkim_status::pending));
  faults_.follow(fault::suffix_changed, parts_.other_suffixes(order_.settings.verification.former_suffixes),
                 clock_.now());
  listen_for_changes();
}

daemon_parts::dependencies service::surroundings() {
  daemon_parts::dependencies around{
      .now = [this] { return clock_.now(); },
      .random = fill_random,
      .broken = [this](std::exception_ptr why) { stop_broken(std::move(why)); },
      .examine =
          [this](const identity& as_seen, checked_zone known, auto explained) {
            inquiries_.examine(as_seen, std::move(known), std::move(explained));
          },
      .confirmation_ended = [this](bool answered) { watch_.confirmation_ended(answered); },
      .inspect = [this](domain_name domain) { return inquiries_.inspect(std::move(domain)); }};
  if (order_.settings.resolver.mode == config::resolver_settings::who::authoritative)
    around.look_at_zone = [this](look_order order, auto answered) {
      inquiries_.look_at_zone(std::move(order), std::move(answered));
    };
  return around;
}

dns_inquiries::hooks service::hooks_of_inquiries() {
  return {.now = [this] { return clock_.now(); },
          .random = fill_random,
          .evidence_of =
              [this](identity_id id) {
                const auto kept = parts_.store.evidence_of(id);
                return kept ? *kept : evidence{};
              },
          .resolver_was_asked = [this](bool answered) { parts_.polling.resolver_was_asked(answered); },
          .resolver_answers = [this] { return parts_.polling.resolver_answers(); },
          .port_53_changed =
              [this] {
                watch_.port_53_changed();
                report_.write();
              },
          .gate = parts_.polling.gate(),
          .resolver_denies =
              [this](const std::string& domain, const std::optional<std::string>& what) {
                watch_.resolver_denies(domain, what);
              },
          .confirmation_fault = [this] { return watch_.confirmation_fault(); },
          .former_tokens_of =
              [this](const identity& of) {
                return parts_.store.former_sets(of.account, of.domain, clock_.now());
              }};
}

void service::listen_for_changes() {
  parts_.feed.join({.status = [this](const identity_change& change) {
    report_.add(change);
    if (change.to == dkim_status::success) watch_.resolver_denies(change.identity, std::nullopt);
    // What somebody asked for was told with who it was; what the DNS showed is told here, once.
    const bool is_told = !change.by.empty() || change.to == dkim_status::pending;
    const auto level = is_told ? spdlog::level::debug : spdlog::level::info;
    if (!spdlog::should_log(level)) return;
    spdlog::log(level, "{}, {} -> {} '{}' (account '{}': {})",
                change.of == proof::dkim ? "identity" : "domain", to_string(change.from),
                to_string(change.to), change.identity, change.account, printable(change.reason));
  }});
}

void service::run() {
  asio::co_spawn(io_, handle_signals(), not_waited_for);
  asio::co_spawn(io_, every(std::chrono::seconds{1}, [this] { tick(); }), not_waited_for);
  asio::co_spawn(io_, every(order_.settings.status.interval, [this] { report_.write_while_running(); }),
                 not_waited_for);
  if (const auto limit = watchdog_limit())
    asio::co_spawn(io_, every(*limit / 3, [this] { parts_.writer.ping(notify_alive); }), not_waited_for);
  server_.start();
  ses_api_.start();
  metrics_port_.start();
  parts_.upkeep.check();
  report_.enter(daemon_state::running);
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
  report_.enter(daemon_state::stopping);
  parts_.finish();
  io_.restart();
  run_what_is_ready(io_);
  server_.stop();
  ses_api_.stop();
  metrics_port_.stop();
  run_what_is_ready(io_);
  report_.enter(daemon_state::stopped);
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

service::awaitable service::every(duration period, std::function<void()> step) {
  asio::steady_timer timer{io_};
  for (;;) {
    timer.expires_after(period);
    co_await timer.async_wait(asio::use_awaitable);
    step();
  }
}

void service::reload() {
  notify_reloading();
  const std::uint64_t size = order_.settings.store.size;
  try {
    const config_or_fault fresh = load_config(order_.config_file, order_.when_missing);
    if (!fresh) throw std::runtime_error{fresh.error()};
    const reloaded_config taken = reloaded(order_.settings, *fresh);
    std::vector<server_address> servers = dns_servers(taken.settings);
    order_.settings = taken.settings;
    take_servers(std::move(servers));
    parts_.operations.set_limits(limits_of(order_.settings));
    server_.set_limits(connections_of(order_.settings));
    set_log_level(order_.settings.log.level);
    for (const std::string& key : taken.need_restart)
      spdlog::warn("config, kept '{}' as it was (takes effect at the next start)", key);
    spdlog::info("config, reloaded '{}'", order_.config_file.string());
  } catch (const std::runtime_error& why) {
    spdlog::error("config, kept the old settings ({})", printable(why.what()));
  }
  if (size != order_.settings.store.size) parts_.upkeep.resize(order_.settings.store.size);
  ses_api_.reload();  // a key that was taken away must go, whatever else is wrong
  notify_ready();
}

void service::tick() {
  watch_store();
  follow_clock();
  watch_.tick();
}

/// A daemon to which nothing happens would not notice it.
void service::watch_store() {
  try {
    parts_.store.must_be_in_place();
  } catch (const store_broken&) {
    stop_broken(std::current_exception());
  }
}

void service::follow_clock() {
  /// So long after the last step the clock is called steady.
  constexpr std::chrono::minutes steady_after{10};
  const duration step = clock_.follow_wall_clock();
  const time_point now = clock_.now();
  if (step == duration{0}) {
    if (clock_stepped_at_ && now - *clock_stepped_at_ >= steady_after) {
      clock_stepped_at_.reset();
      faults_.end(fault::clock_stepped);
    }
    return;
  }
  clock_stepped_at_ = now;
  parts_.polling.shift(step);
  faults_.shift(step);
  faults_.begin(fault::clock_stepped, std::to_string(step.count() / 1000), now);
  asio::co_spawn(io_, shift_windows(parts_.store, parts_.writer, {.from = now - step, .to = now}),
                 not_waited_for);
}

void service::take_servers(std::vector<server_address> servers) {
  servers_ = std::move(servers);
  parts_.polling.set_servers(servers_, confirmation_of(order_.settings));
  inquiries_.set_servers(servers_);
  watch_.servers_changed();
}

fault_watch::dependencies service::around_faults() {
  return {.io = io_,
          .all = faults_,
          .settings = order_.settings,
          .now = [this] { return clock_.now(); },
          .random = fill_random,
          .dns = [this]() -> authoritative_dns& { return inquiries_.dns(); },
          .resolver_answers = [this] { return parts_.polling.resolver_answers(); },
          .servers = [this]() -> const std::vector<server_address>& { return servers_; },
          .take_servers =
              [this](std::vector<server_address> servers) {
                spdlog::info("resolver, takes the {} servers of resolv.conf", servers.size());
                take_servers(std::move(servers));
              },
          .writer = parts_.writer};
}

service_report::dependencies service::reported_parts() {
  return {.settings = order_.settings,
          .version = order_.version,
          .started_at = started_at_,
          .now = [this] { return clock_.now(); },
          .parts = parts_,
          .dns = inquiries_.dns(),
          .servers = servers_,
          .control = server_,
          .requests = requests_,
          .faults = faults_};
}

}  // namespace easydkim
