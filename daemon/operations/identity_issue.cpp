// VerifyDomainDkim and VerifyDomainIdentity: the issue of what an owner publishes.
#include <algorithm>
#include <array>
#include <utility>

#include "daemon/operations/idna.hpp"
#include "daemon/operations/mailbox_providers.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/operations/public_suffix.hpp"

namespace easydkim {

namespace asio = boost::asio;

/// A domain that an owner can publish records in, whoever that is.
result<domain_name> operations::publishable(std::string_view domain) const {
  if (domain.find('@') != domain.npos) return errc::email_not_an_identity;
  result<domain_name> name = to_domain_name(domain);
  if (!name) return name;
  if (name->is_in(parts_.naming.target_suffix)) return errc::domain_in_target;
  if (suffix_kind_of(*name) == suffix_kind::registry) return errc::domain_public_suffix;
  const bool is_ours = std::ranges::any_of(limits_.own_mailbox_domains,
                                           [&](const std::string& each) { return name->is_in(each); });
  if (!is_ours && is_of_mailbox_provider(*name)) return errc::domain_of_mailboxes;
  return name;
}

/// A domain that tokens may be issued for.
result<domain_name> operations::issuable(std::string_view domain) const {
  result<domain_name> name = publishable(domain);
  if (name && !limits_.private_suffixes && suffix_kind_of(*name) == suffix_kind::company)
    return errc::domain_private_suffix;
  return name;
}

/// The same for the caller of an account.
result<domain_name> operations::issuable_in(std::string_view account, std::string_view domain) const {
  if (!is_account_name(account)) return errc::account_malformed;
  return issuable(domain);
}

asio::awaitable<result<identity>> operations::verify_domain_dkim(caller by, std::string domain) {
  result<domain_name> name = issuable_in(by.account, domain);
  if (name && !verify_rate_.admit(by.account, parts_.now())) name = errc::rate_exceeded;
  if (!name) return begin(std::move(by), name.error());

  issue order{.account = by.account,
              .domain = *std::move(name),
              .wanted = proof::dkim,
              .tokens = fresh_tokens(),
              .target_suffix = parts_.naming.target_suffix};
  return begin(std::move(by), std::move(order));
}

asio::awaitable<result<identity>> operations::verify_domain_identity(caller by, std::string domain) {
  result<domain_name> name = issuable_in(by.account, domain);
  if (!name) return begin(std::move(by), name.error());

  issue order{.account = by.account,
              .domain = *std::move(name),
              .wanted = proof::txt,
              .txt_token = fresh_txt_token(),
              .target_suffix = parts_.naming.target_suffix};
  return begin(std::move(by), std::move(order));
}

/// How many identities `account` may still get.
std::size_t operations::room(const std::string& account) const {
  if (limits_.identities_per_account == 0) return SIZE_MAX;
  const auto issuing = issuing_.find(account);
  const std::size_t taken =
      parts_.counts.of_account(account) + (issuing == issuing_.end() ? 0 : issuing->second);
  return limits_.identities_per_account - std::min(taken, limits_.identities_per_account);
}

token_set operations::fresh_tokens() {
  return make_tokens(random_.take<records_per_identity * token::octets>());
}

verification_token operations::fresh_txt_token() {
  return verification_token{random_.take<verification_token::octets>()};
}

/// On the store thread. `tokens_were_used`: others must be drawn.
result<operations::change_of> operations::begun_in(write_group& group, const issue& order, time_point now) {
  const std::optional<identity> there = group.find(order.account, order.domain);
  const dkim_status status = there ? state_of(*there, order.wanted).status : dkim_status::not_started;
  if (is_looked_at(status)) return change_of{there, there};  // a twin request was faster
  if (status == dkim_status::not_started && order.wanted == proof::dkim &&
      group.use_of(order.tokens, order.account) != former_use::none)
    return errc::tokens_were_used;
  if (there) {
    const identity again = issued(*there, order, now);
    if (const result<void> written = group.update(again); !written) return written.error();
    return change_of{there, again};
  }
  result<identity> fresh = group.insert(issued(order, now));
  if (!fresh) return fresh.error();
  return change_of{std::nullopt, *std::move(fresh)};
}

/// Makes the wanted proof pending, unless it is under way or done; or says why nobody may want it.
asio::awaitable<result<identity>> operations::begin(caller by, result<issue> wanted) {
  if (!wanted) co_return wanted.error();
  issue order = *std::move(wanted);
  const std::optional<identity> known = parts_.store.find(order.account, order.domain);
  if (known && is_looked_at(state_of(*known, order.wanted).status)) co_return *known;
  if (!known && room(order.account) == 0) co_return errc::identity_limit;

  const reservation held{issuing_, order.account, known ? 0U : 1U};
  result<change_of> change = errc::tokens_were_used;
  while (!change && change.error() == errc::tokens_were_used) {
    const auto work = [order, now = parts_.now()](write_group& group) {
      return begun_in(group, order, now);
    };  // named, for g++ 12 destroys a temporary that is awaited twice
    change = co_await parts_.writer.write(work);
    order.tokens = fresh_tokens();  // for the next time, if any
  }
  if (!change) co_return change.error();
  took_effect(by, *change);
  co_return *std::move(change->after);
}

}  // namespace easydkim
