// SPDX-License-Identifier: Apache-2.0
#include "daemon/dns_inquiries.hpp"

#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "daemon/operations/public_suffix.hpp"
#include "resolver/wire/random_label.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

authoritative_dns::options options_of(const config& settings, std::vector<server_address> servers) {
  const config::authority_settings& strangers = settings.authority;
  return {.servers = std::move(servers),
          .to_resolver = {.timeout = settings.resolver.timeout,
                          .tries = static_cast<int>(settings.resolver.tries),
                          .max_in_flight = settings.resolver.max_in_flight},
          .to_strangers = {.timeout = strangers.timeout, .max_in_flight = strangers.max_in_flight},
          .courtesy = {.queries_per_second = static_cast<double>(strangers.queries_per_second),
                       .in_flight = strangers.in_flight,
                       .lame_for = strangers.lame_for,
                       .longest_silence = strangers.longest_silence,
                       .max_servers = strangers.max_servers},
          .keep = {.least = strangers.least_ttl, .longest = strangers.longest_ttl},
          .max_zones = strangers.max_zones,
          .allow_private = settings.resolver.allow_private_servers};
}

}  // namespace

dns_inquiries::dns_inquiries(asio::io_context& io, const config& settings,
                             std::vector<server_address> servers, hooks to_daemon)
    : io_{io},
      hooks_{std::move(to_daemon)},
      mode_{settings.resolver.mode},
      naming_{.target_suffix = settings.verification.target_suffix,
              .txt_prefix = settings.verification.txt_prefix},
      dns_{io, options_of(settings, std::move(servers)),
           authoritative_dns::hooks{.now = hooks_.now,
                                    .random = hooks_.random,
                                    .registrable = registrable_domain,
                                    .resolver_was_asked = hooks_.resolver_was_asked,
                                    .resolver_answers = hooks_.resolver_answers,
                                    .port_53_changed = hooks_.port_53_changed,
                                    .gate = &hooks_.gate}} {}

void dns_inquiries::look_at_zone(look_order order, std::function<void(zone_look)> answered) {
  asio::co_spawn(io_, dns_.look(std::move(order)),
                 [answered = std::move(answered)](const std::exception_ptr& failed, zone_look seen) noexcept {
                   if (failed) seen = {};
                   answered(std::move(seen));
                 });
}

void dns_inquiries::examine(const identity& as_seen, checked_zone known,
                            std::function<void(observation)> explained) {
  asio::co_spawn(
      io_, examined(as_seen, std::move(known)),
      [explained = std::move(explained)](const std::exception_ptr& failed, observation seen) noexcept {
        if (failed) seen = {};
        explained(std::move(seen));
      });
}

/// In recursive mode, and where port 53 is closed, only the resolver can be asked.
examination_order::witness dns_inquiries::witness() const noexcept {
  const bool can_ask_servers =
      mode_ == config::resolver_settings::who::authoritative && !dns_.port_leads_nowhere();
  return can_ask_servers ? examination_order::witness::zone_servers : examination_order::witness::resolver;
}

/// What the check before it has proven and was answered stands: it is not asked for again.
asio::awaitable<observation> dns_inquiries::examined(identity as_seen, checked_zone known) {
  const dns_view view = dns_.view(known.began);
  examination_order order{.subject = std::move(as_seen),
                          .naming = naming_,
                          .zone_at_success = {},
                          .resolver_healthy = hooks_.resolver_answers(),
                          .now = hooks_.now(),
                          .control_label = random_label(hooks_.random),
                          .asked = witness()};
  if (hooks_.confirmation_fault) order.confirmation_fault = hooks_.confirmation_fault();
  for (const proof which : all_proofs) {
    const std::span<const finding> seen = findings_of(order.subject, which);
    for (std::size_t i = 0; i < seen.size(); ++i) order.findings[record_slot(which, i)] = seen[i];
  }
  order.naming.target_suffix = suffix_of(order.subject, naming_.target_suffix);
  evidence kept = hooks_.evidence_of(order.subject.id);
  for (std::size_t i = 0; i < most_records; ++i)
    if (kept.records[i].visible == record_sighting::visibility::hidden)
      order.denied_until[i] = kept.records[i].visible_at;
  order.zone_at_success = std::move(kept.zone_at_success);
  order.kept_answers = std::move(kept.answers);
  order.registrable = registrable_domain(order.subject.domain.text());
  if (hooks_.former_tokens_of) order.former = hooks_.former_tokens_of(order.subject);
  if (order.asked == examination_order::witness::zone_servers) {
    if (known.proven && dns_.reaches(known.proven->where)) {
      order.search = *std::move(known.proven);
      order.answers = std::move(known.answers);
    } else {
      std::string domain = order.subject.domain.text();
      order.search = co_await view.find_zone(std::move(domain));
    }
    if (order.search.what == zone_search::outcome::busy)
      co_return observation{};  // nothing can be found out now
  }
  const std::string domain = order.subject.domain.text();
  std::optional<std::string> denied;
  order.filtered = [&denied](std::string what) { denied = std::move(what); };
  const diagnostician diagnoses{view};
  observation seen = co_await diagnoses.examine(std::move(order));
  if (hooks_.resolver_denies && seen.diagnosed) hooks_.resolver_denies(domain, denied);
  co_return seen;
}

asio::awaitable<domain_inspection> dns_inquiries::inspect(domain_name domain) {
  const auto interest = hooks_.gate.looks_for(domain.text(), urgency::person);
  std::string registrable = registrable_domain(domain.text());
  inspection_order order{.domain = std::move(domain),
                         .registrable = std::move(registrable),
                         .control_label = random_label(hooks_.random),
                         .asked = witness()};
  const diagnostician diagnoses{dns_.view(steady_now())};
  co_return co_await diagnoses.inspect(std::move(order));
}

}  // namespace easydkim
