// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/operations.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "core/diagnosis/diagnosis.hpp"
#include "daemon/operations/idna.hpp"
#include "daemon/operations/issuable_domain.hpp"
#include "daemon/operations/public_suffix.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

bool is_email_address(std::string_view name) {
  return name.find('@') != name.npos;
}

/// What SES's callers may name where an e-mail address stands for its domain. What is no address ("@a.com",
/// "a@b@c.com") stays as it is, and is refused as any other name with an "@".
std::string_view domain_part(std::string_view name) {
  const std::size_t at = name.find('@');
  return at == name.npos || at == 0 || at != name.rfind('@') ? name : name.substr(at + 1);
}

domain_warning warning_of_suffix(const domain_name& domain) {
  return {.code = std::string{to_string(diagnosis_code::not_yours)},
          .message = warning_before_publishing(diagnosis_code::not_yours, {.domain = domain.text()})};
}

/// The one that says more for the domain.
dkim_status better_of(dkim_status one, dkim_status other) {
  using enum dkim_status;
  constexpr std::array from_the_best{success, temporary_failure, pending, failed, not_started};
  return *std::ranges::find_if(from_the_best, [&](dkim_status each) { return each == one || each == other; });
}

}  // namespace

operations::operations(dependencies with, operation_limits limits)
    : with_{std::move(with)},
      limits_{std::move(limits)},
      verify_rate_{limits_.verify_domain_dkim_per_second},
      random_{with_.random},
      quota_{with_.counts},
      issue_{{.store = with_.store,
              .writer = with_.writer,
              .effects = with_.effects,
              .quota = quota_,
              .random = random_,
              .now = with_.now,
              .target_suffix = with_.naming.target_suffix}},
      import_{{.writer = with_.writer,
               .effects = with_.effects,
               .quota = quota_,
               .random = random_,
               .now = with_.now}} {
  quota_.set_limit(limits_.identities_per_account);
}

void operations::set_limits(operation_limits limits) {
  limits_ = std::move(limits);
  verify_rate_.set_rate(limits_.verify_domain_dkim_per_second);
  quota_.set_limit(limits_.identities_per_account);
}

/// A domain that the caller of an account may have tokens for.
result<domain_name> operations::issuable_in(std::string_view account, std::string_view domain) const {
  if (!is_account_name(account)) return errc::account_malformed;
  return issuable_domain(domain, domains());
}

asio::awaitable<result<identity>> operations::verify_domain_dkim(caller by, std::string domain) {
  result<domain_name> name = issuable_in(by.account, domain);
  if (name && !verify_rate_.admit(by.account, with_.now())) name = errc::rate_exceeded;
  if (!name) co_return name.error();
  co_return co_await issue_.begin(std::move(by), *std::move(name), proof::dkim);
}

asio::awaitable<result<identity>> operations::verify_domain_identity(caller by, std::string domain) {
  result<domain_name> name = issuable_in(by.account, domain);
  if (!name) co_return name.error();
  co_return co_await issue_.begin(std::move(by), *std::move(name), proof::txt);
}

asio::awaitable<result<import_summary>> operations::import_identities(caller by,
                                                                      std::vector<import_row> rows) {
  if (!is_account_name(by.account)) co_return errc::account_malformed;
  const domain_rules rules = domains();  // named, for g++ 12
  co_return co_await import_.import(std::move(by), std::move(rows), rules);
}

/// The identity called `name`, or `otherwise`.
result<identity> operations::existing(std::string_view account, std::string_view name, errc otherwise) const {
  if (!is_account_name(account)) return errc::account_malformed;
  if (is_email_address(name)) return errc::email_not_an_identity;
  const result<domain_name> domain = to_domain_name(name);
  if (!domain) return domain.error();
  std::optional<identity> found = with_.store.find(account, *domain);
  if (!found) return otherwise;
  return *std::move(found);
}

result<dkim_attributes> operations::get_identity_dkim_attributes(std::string_view account,
                                                                 std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (found && found->dkim.status != dkim_status::not_started)
    return dkim_attributes{found->dkim_enabled, found->dkim.status, found->tokens};
  if (found || found.error() == errc::identity_not_found) return dkim_attributes{};
  return found.error();
}

result<std::optional<verification_attributes>> operations::get_identity_verification_attributes(
    std::string_view account, std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (!found && found.error() == errc::identity_not_found) return std::optional<verification_attributes>{};
  if (!found) return found.error();
  std::optional<verification_attributes> shown{{better_of(found->dkim.status, found->txt.status), {}}};
  if (found->txt.status != dkim_status::not_started) shown->token = txt_record_value(*found);
  return shown;
}

asio::awaitable<result<void>> operations::set_identity_dkim_enabled(caller by, std::string name,
                                                                    bool enabled) {
  const result<identity> found = existing(by.account, name, errc::not_verified_for_dkim);
  if (!found) co_return found.error();
  const auto decide = [id = found->id, enabled](write_group& group) -> result<committed_change> {
    const std::optional<identity> there = group.load(id);
    if (!there || there->dkim.status == dkim_status::not_started) return errc::not_verified_for_dkim;
    identity after = *there;
    after.dkim_enabled = enabled;
    if (after == *there) return committed_change{there, there};
    if (const result<void> written = group.update(after); !written) return written.error();
    return committed_change{there, after};
  };
  result<committed_change> change = co_await with_.writer.write(decide);
  if (!change) co_return change.error();
  with_.effects.follow(*change, by);
  co_return result<void>{};
}

result<identity_page> operations::list_identities(std::string_view account,
                                                  const list_request& wanted) const {
  if (!is_account_name(account)) return errc::account_malformed;
  // The token is the last name of the page before, so that a page stays right while identities come and go.
  if (!wanted.next_token.empty()) {
    const result<domain_name> after = domain_name::parse(wanted.next_token);
    if (!after || after->text() != wanted.next_token) return errc::next_token_malformed;
  }
  if (wanted.type == list_request::identity_type::email_address) return identity_page{};
  identity_page page{.identities = with_.store.list(account, wanted.next_token, wanted.max_items + 1),
                     .next_token = {}};
  if (page.identities.size() > wanted.max_items) {
    page.identities.pop_back();
    page.next_token = page.identities.back().text();
  }
  return page;
}

asio::awaitable<result<void>> operations::delete_identity(caller by, std::string name) {
  const result<identity> found = existing(by.account, name, errc::identity_not_found);
  if (!found && found.error() == errc::identity_not_found) co_return result<void>{};  // as SES answers
  if (!found) co_return found.error();
  const auto decide = [id = found->id, now = with_.now()](write_group& group) -> result<committed_change> {
    const std::optional<identity> there = group.load(id);
    if (!there) return committed_change{};
    if (const result<void> erased = group.erase(*there, now); !erased) return erased.error();
    return committed_change{there, std::nullopt};
  };
  result<committed_change> change = co_await with_.writer.write(decide);
  if (!change) co_return change.error();
  with_.effects.follow(*change, by);
  co_return result<void>{};
}

result<described_identity> operations::describe_identity(std::string_view account,
                                                         std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (!found) return found.error();
  return described(*found);
}

/// Looked at last by the later look, and next by the earlier, when both proofs are watched.
described_identity operations::described(identity subject) const {
  described_identity shown{.subject = std::move(subject)};
  if (auto seen = with_.store.evidence_of(shown.subject.id)) shown.seen = *std::move(seen);
  for (const proof which : all_proofs) {
    const verification& state = state_of(shown.subject, which);
    if (state.status == dkim_status::not_started) continue;
    const std::optional<due_queue::entry> entry = with_.polling.scheduled(shown.subject.id, which);
    const auto checked_at = entry && entry->last_checked ? entry->last_checked : state.checked_at;
    shown.last_checked_at = std::max(shown.last_checked_at, checked_at);
    if (!is_looked_at(state.status)) continue;
    const time_point next = entry ? entry->due : with_.now();
    shown.next_check_at = std::min(shown.next_check_at.value_or(next), next);
  }
  return shown;
}

asio::awaitable<result<described_identity>> operations::check_identity(std::string account,
                                                                       std::string name) {
  const result<identity> found = existing(account, name, errc::identity_not_found);
  if (!found) co_return found.error();

  identity seen = *found;
  for (const proof which : all_proofs) {
    if (state_of(seen, which).status == dkim_status::not_started) continue;
    if (!co_await look_now(*found, which, seen)) co_return errc::too_many_checks;
  }

  std::optional<identity> now_stored = with_.store.load(found->id);
  if (!now_stored) co_return errc::identity_not_found;  // deleted while it was looked at
  described_identity shown = described(*std::move(now_stored));
  shown.subject.findings = seen.findings;
  shown.subject.txt_finding = seen.txt_finding;
  shown.last_checked_at = with_.now();
  co_return shown;
}

asio::awaitable<result<domain_inspection>> operations::inspect_domain(std::string account,
                                                                      std::string domain) {
  if (!is_account_name(account)) co_return errc::account_malformed;
  const result<domain_name> name = publishable_domain(domain, domains());
  if (!name) co_return name.error();
  domain_inspection seen = co_await with_.inspect(*name);
  if (suffix_kind_of(*name) == suffix_kind::company)
    seen.warnings.insert(seen.warnings.begin(), warning_of_suffix(*name));
  co_return seen;
}

/// Looks at a proof, settles, and puts what was seen into `seen`; false when there are too many checks.
asio::awaitable<bool> operations::look_now(const identity& subject, proof which, identity& seen) {
  bool is_throttled = false;
  const auto look = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    const auto ended = [resume, which, &seen, &is_throttled](const asked_check_result& result) {
      if (result.answers) std::ranges::copy(result.answers->findings(), findings_of(seen, which).begin());
      is_throttled = result.what == asked_check_result::outcome::throttled;
      std::move (*resume)();
    };
    with_.polling.look_now({.id = subject.id, .which = which, .account = subject.account}, ended);
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(look, asio::use_awaitable);
  co_return !is_throttled;
}

}  // namespace easydkim
