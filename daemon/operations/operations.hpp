// SPDX-License-Identifier: Apache-2.0
// VerifyDomainDkim and its siblings: what users ask of the daemon. One operation, one name, one piece of
// code; the transports (control socket, SES over HTTP) only translate.
//
// What an operation acknowledges is on disk: it waits for the group commit before it returns. Reads answer
// from the store's last durable state.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/domain_inspection.hpp"
#include "core/error.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"
#include "core/store/identity_store.hpp"
#include "daemon/operations/account_quota.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/operations/identity_effects.hpp"
#include "daemon/operations/identity_import.hpp"
#include "daemon/operations/identity_issue.hpp"
#include "daemon/operations/operation_limits.hpp"
#include "daemon/operations/operation_requests.hpp"
#include "daemon/operations/operation_results.hpp"
#include "daemon/operations/rate_limit.hpp"
#include "daemon/storage/group_commit.hpp"
#include "resolver/polling/poller.hpp"
#include "resolver/transport/random_block.hpp"

namespace easydkim {

/// Runs on the thread of the io_context; every call must come from there. The arguments of a call that
/// returns an awaitable are copied into it. What a caller changes is logged with who asked.
class operations {
 public:
  struct dependencies {
    identity_store& store;
    group_commit& writer;
    poller& polling;
    const census& counts;
    const identity_effects& effects;
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;
    std::function<boost::asio::awaitable<domain_inspection>(domain_name)> inspect;  // asks the DNS
    policy rules;
    record_naming naming;
  };
  operations(dependencies with, operation_limits limits);
  operations(const operations&) = delete;
  operations& operator=(const operations&) = delete;

  void set_limits(operation_limits limits);
  const operation_limits& limits() const noexcept { return limits_; }
  const policy& rules() const noexcept { return with_.rules; }
  const record_naming& naming() const noexcept { return with_.naming; }

  /// Adds the domain, or returns the identity there is; a failed one starts a new window with the same
  /// tokens.
  boost::asio::awaitable<result<identity>> verify_domain_dkim(caller by, std::string domain);

  /// Adds the domain, or returns the identity there is, with a TXT token; a failed one starts a new window
  /// with the same token.
  boost::asio::awaitable<result<identity>> verify_domain_identity(caller by, std::string domain);

  /// For a domain, or for the domain of an e-mail address. An unknown one is `not_started`.
  result<dkim_attributes> get_identity_dkim_attributes(std::string_view account, std::string_view name) const;

  /// For a domain, or for the domain of an e-mail address; nothing for one that nobody verified (SES leaves
  /// it out). Success when either proof is verified, otherwise the better of both.
  result<std::optional<verification_attributes>> get_identity_verification_attributes(
      std::string_view account, std::string_view name) const;

  boost::asio::awaitable<result<void>> set_identity_dkim_enabled(caller by, std::string name, bool enabled);

  /// Errors: `next_token_malformed`.
  result<identity_page> list_identities(std::string_view account, const list_request& wanted) const;

  /// Succeeds, too, when there is no such identity.
  boost::asio::awaitable<result<void>> delete_identity(caller by, std::string name);

  result<described_identity> describe_identity(std::string_view account, std::string_view name) const;

  /// Looks at all records of both proofs now and settles; describes what was seen by this look. Errors:
  /// `too_many_checks` when it could not begin in time.
  boost::asio::awaitable<result<described_identity>> check_identity(std::string account, std::string name);

  /// Asks the DNS about a domain that may become an identity, or is one; changes nothing.
  boost::asio::awaitable<result<domain_inspection>> inspect_domain(std::string account, std::string domain);

  /// Each row is taken or refused by itself.
  boost::asio::awaitable<result<import_summary>> import_identities(caller by, std::vector<import_row> rows);

 private:
  domain_rules domains() const noexcept { return {limits_, with_.naming.target_suffix}; }
  result<domain_name> issuable_in(std::string_view account, std::string_view domain) const;
  result<identity> existing(std::string_view account, std::string_view name, errc otherwise) const;
  described_identity described(identity subject) const;
  boost::asio::awaitable<bool> look_now(const identity& subject, proof which, identity& seen);

  dependencies with_;
  operation_limits limits_;
  rate_limit verify_rate_;
  random_block random_;
  account_quota quota_;
  identity_issue issue_;
  identity_import import_;
};

}  // namespace easydkim
