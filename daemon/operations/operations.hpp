// VerifyDomainDkim and its siblings: what users ask of the daemon. One operation, one name, one piece of
// code; the transports (control socket, later SES's HTTP API) only translate.
//
// What an operation acknowledges is on disk: it waits for the group commit before it returns. Reads answer
// from the store's last durable state.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/domain_inspection.hpp"
#include "core/diagnosis/evidence.hpp"
#include "core/error.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"
#include "core/store/identity_store.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/operations/census.hpp"
#include "daemon/operations/change_feed.hpp"
#include "daemon/operations/rate_limit.hpp"
#include "daemon/storage/group_commit.hpp"
#include "resolver/polling/poller.hpp"
#include "resolver/transport/random_block.hpp"

namespace easydkim {

/// The limits that an operator sets ([limits]).
struct operation_limits {
  double verify_domain_dkim_per_second = 1;        // for each account; 0: no limit
  std::size_t identities_per_account = 0;          // 0: no limit
  double checks_per_second = 10;                   // for each control connection; 0: no limit
  std::vector<std::string> own_mailbox_domains{};  // that may be verified all the same
  bool private_suffixes = false;                   // whether "github.io" itself may be
};

/// An identity with when it is looked at, and what was seen of it.
struct described_identity {
  identity subject;
  std::optional<time_point> last_checked_at{};
  std::optional<time_point> next_check_at{};
  evidence seen{};  // empty also when what is kept cannot be read
};

/// What GetIdentityDkimAttributes says of one identity; no tokens for one that nobody verified.
struct dkim_attributes {
  bool enabled = false;
  dkim_status status = dkim_status::not_started;
  std::optional<token_set> tokens;
};

/// What GetIdentityVerificationAttributes says of one identity: whether mail may be sent, by either proof.
struct verification_attributes {
  dkim_status status = dkim_status::not_started;
  std::optional<std::string> token;  // of VerifyDomainIdentity; nothing when it was never called
};

struct identity_page {
  std::vector<domain_name> identities;
  std::string next_token;  // empty: the end
};

struct import_row {
  std::string domain;
  std::optional<std::vector<std::string>> tokens;  // issued elsewhere
};
struct import_refusal {
  std::string domain;
  errc why;
};
struct import_summary {
  std::size_t imported = 0;
  std::size_t existing = 0;
  std::vector<import_refusal> refused;
};

/// Runs on the thread of the io_context; every call must come from there. The arguments of a call that
/// returns an awaitable are copied into it. What a caller changes is logged with who asked.
class operations {
 public:
  struct parts {
    identity_store& store;
    group_commit& writer;
    poller& polling;
    census& counts;
    change_feed& feed;
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;
    std::function<boost::asio::awaitable<domain_inspection>(domain_name)> inspect;  // asks the DNS
    policy rules;
    record_naming naming;
  };
  operations(parts with, operation_limits limits);

  void set_limits(operation_limits limits);
  const operation_limits& limits() const noexcept { return limits_; }
  const policy& rules() const noexcept { return parts_.rules; }
  const record_naming& naming() const noexcept { return parts_.naming; }
  const std::string& target_suffix() const noexcept { return parts_.naming.target_suffix; }

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

  /// `most`: 1 to 1000. `next_token`: empty for the first page. Errors: `next_token_malformed`.
  result<identity_page> list_identities(std::string_view account, std::size_t most,
                                        std::string_view next_token) const;

  /// Succeeds, too, when there is no such identity.
  boost::asio::awaitable<result<void>> delete_identity(caller by, std::string name);

  /// What the same account had of this domain before and deleted within a year: an owner may publish it still.
  std::vector<former_token_set> former_sets(const identity& subject) const;

  result<described_identity> describe_identity(std::string_view account, std::string_view name) const;

  /// Looks at all records of both proofs now and settles; describes what was seen by this look. Errors:
  /// `too_many_checks` when it could not begin in time.
  boost::asio::awaitable<result<described_identity>> check_identity(std::string account, std::string name);

  /// Asks the DNS about a domain that may become an identity, or is one; changes nothing.
  boost::asio::awaitable<result<domain_inspection>> inspect_domain(std::string account, std::string domain);

  boost::asio::awaitable<result<import_summary>> import_identities(caller by, std::vector<import_row> rows);

  /// The poller's hook: judges `done` against what is stored, and writes the verdict and what is news in
  /// `seen` (nothing, when nothing is). A verdict never depends on `seen`.
  void settle(identity_id id, const check& done, const observation& seen,
              std::function<void(std::optional<identity>)> written);

  /// The wall clock was set: moves the windows of all identities along.
  boost::asio::awaitable<void> shift_windows(clock_step step);

 private:
  /// An identity before and after a write; either may be missing.
  struct change_of {
    std::optional<identity> before;
    std::optional<identity> after;
    std::string diagnosed{};  // why its records are not right, when that was found out
    std::string by{};         // who asked for it; empty: what the DNS showed
  };

  /// Counts identities that are being written against the limit of their account.
  class reservation {
   public:
    reservation(std::map<std::string, std::size_t>& issuing, std::string account, std::size_t count)
        : issuing_{issuing}, account_{std::move(account)}, count_{count} {
      issuing_[account_] += count_;
    }
    ~reservation() {
      if ((issuing_[account_] -= count_) == 0) issuing_.erase(account_);
    }
    reservation(const reservation&) = delete;
    reservation& operator=(const reservation&) = delete;

   private:
    std::map<std::string, std::size_t>& issuing_;
    std::string account_;
    std::size_t count_;
  };

  result<domain_name> publishable(std::string_view domain) const;
  result<domain_name> issuable(std::string_view domain) const;
  result<domain_name> issuable_in(std::string_view account, std::string_view domain) const;
  result<identity> existing(std::string_view account, std::string_view name, errc otherwise) const;
  described_identity described(identity subject) const;
  boost::asio::awaitable<result<identity>> begin(caller by, result<issue> wanted);
  static result<change_of> begun_in(write_group& group, const issue& order, time_point now);
  boost::asio::awaitable<bool> look_now(const identity& subject, proof which, identity& seen);
  std::size_t room(const std::string& account) const;
  token_set fresh_tokens();
  verification_token fresh_txt_token();
  void took_effect(const change_of& change);
  void took_effect(const caller& by, change_of change);
  std::string status_changed(const change_of& change, proof which);
  void signing_changed(const change_of& change, std::string reason);
  void tell_kept(identity_id id, errc why);

  parts parts_;
  random_block random_;
  operation_limits limits_;
  rate_limit verify_rate_;
  std::map<std::string, std::size_t> issuing_;  // by account
  std::size_t kept_ = 0;                        // identities that no change could be written of, not told yet
  std::optional<time_point> told_kept_at_;
};

}  // namespace easydkim
