// SPDX-License-Identifier: Apache-2.0
// What the daemon wants to know of a domain beyond one lookup: what its own name servers say, why its records
// are not right, and what would be in the way of new ones.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "core/diagnosis/domain_inspection.hpp"
#include "core/diagnosis/evidence.hpp"
#include "core/identity.hpp"
#include "daemon/config/config.hpp"
#include "resolver/diagnosis/diagnostician.hpp"
#include "resolver/zones/authoritative_dns.hpp"

namespace easydkim {

/// On the thread of its io_context, which must outlive it.
class dns_inquiries {
 public:
  struct hooks {
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;
    std::function<evidence(identity_id)> evidence_of;  // what is stored; empty when nothing is
    std::function<void(bool answered)> resolver_was_asked;
    std::function<bool()> resolver_answers;
    std::function<void()> port_53_changed{};  // its state; may be empty
    lookup_gate& gate;
    /// After each diagnosis: which record of the domain our resolver denies though the zone has it, and why;
    /// nothing when it denies none.
    std::function<void(const std::string& domain, const std::optional<std::string>& what)> resolver_denies{};
    /// Why nothing can be confirmed; empty while all is well.
    std::function<std::string()> confirmation_fault{};
    /// The token sets that the domain had in that account before, the latest first. Empty: none is known.
    std::function<std::vector<former_token_set>(const identity&)> former_tokens_of{};
  };
  dns_inquiries(boost::asio::io_context& io, const config& settings, std::vector<server_address> servers,
                hooks to_daemon);

  /// The poller's hooks. What fails inside (no memory) is told as if nobody had answered.
  void look_at_zone(look_order order, std::function<void(zone_look)> answered);
  void examine(const identity& as_seen, checked_zone known, std::function<void(observation)> explained);

  /// What the owner of a domain had better know before publishing.
  boost::asio::awaitable<domain_inspection> inspect(domain_name domain);

  /// SIGHUP: the resolver's servers.
  void set_servers(std::vector<server_address> servers) { dns_.set_servers(std::move(servers)); }

  const authoritative_dns& dns() const noexcept { return dns_; }
  authoritative_dns& dns() noexcept { return dns_; }

 private:
  boost::asio::awaitable<observation> examined(identity as_seen, checked_zone known);
  examination_order::witness witness() const noexcept;

  boost::asio::io_context& io_;
  hooks hooks_;
  config::resolver_settings::who mode_;
  record_naming naming_;
  authoritative_dns dns_;
};

}  // namespace easydkim
