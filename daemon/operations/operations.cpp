#include "daemon/operations/operations.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "core/schedule.hpp"
#include "core/verdict.hpp"
#include "daemon/operations/asked_change.hpp"
#include "daemon/operations/idna.hpp"
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

/// Why signing is as it is after the owner's wish was changed.
std::string_view reason_of_wish(const identity& after) {
  if (!after.dkim_enabled) return "DKIM signing was disabled.";
  return is_signing_enabled(after) ? "DKIM signing was enabled."
                                   : "DKIM signing was enabled; mail may be signed once DKIM is verified.";
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

operations::operations(parts with, operation_limits limits)
    : parts_{std::move(with)},
      random_{parts_.random},
      limits_{std::move(limits)},
      verify_rate_{limits_.verify_domain_dkim_per_second} {}

void operations::set_limits(operation_limits limits) {
  limits_ = std::move(limits);
  verify_rate_.set_rate(limits_.verify_domain_dkim_per_second);
}

/// The identity called `name`, or `otherwise`.
result<identity> operations::existing(std::string_view account, std::string_view name, errc otherwise) const {
  if (!is_account_name(account)) return errc::account_malformed;
  if (is_email_address(name)) return errc::email_not_an_identity;
  const result<domain_name> domain = to_domain_name(name);
  if (!domain) return domain.error();
  std::optional<identity> found = parts_.store.find(account, *domain);
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
  const auto decide = [id = found->id, enabled](write_group& group) -> result<change_of> {
    const std::optional<identity> there = group.load(id);
    if (!there || there->dkim.status == dkim_status::not_started) return errc::not_verified_for_dkim;
    identity after = *there;
    after.dkim_enabled = enabled;
    if (after == *there) return change_of{there, there};
    if (const result<void> written = group.update(after); !written) return written.error();
    return change_of{there, after};
  };
  result<change_of> change = co_await parts_.writer.write(decide);
  if (!change) co_return change.error();
  took_effect(by, *std::move(change));
  co_return result<void>{};
}

result<identity_page> operations::list_identities(std::string_view account, std::size_t most,
                                                  std::string_view next_token) const {
  if (!is_account_name(account)) return errc::account_malformed;
  // The token is the last name of the page before, so that a page stays right while identities come and go.
  if (!next_token.empty()) {
    const result<domain_name> after = domain_name::parse(next_token);
    if (!after || after->text() != next_token) return errc::next_token_malformed;
  }
  identity_page page{.identities = parts_.store.list(account, next_token, most + 1), .next_token = {}};
  if (page.identities.size() > most) {
    page.identities.pop_back();
    page.next_token = page.identities.back().text();
  }
  return page;
}

asio::awaitable<result<void>> operations::delete_identity(caller by, std::string name) {
  const result<identity> found = existing(by.account, name, errc::identity_not_found);
  if (!found && found.error() == errc::identity_not_found) co_return result<void>{};  // as SES answers
  if (!found) co_return found.error();
  const auto decide = [id = found->id, now = parts_.now()](write_group& group) -> result<change_of> {
    const std::optional<identity> there = group.load(id);
    if (!there) return change_of{};
    if (const result<void> erased = group.erase(*there, now); !erased) return erased.error();
    return change_of{there, std::nullopt};
  };
  result<change_of> change = co_await parts_.writer.write(decide);
  if (!change) co_return change.error();
  took_effect(by, *std::move(change));
  co_return result<void>{};
}

result<described_identity> operations::describe_identity(std::string_view account,
                                                         std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (!found) return found.error();
  return described(*found);
}

std::vector<former_token_set> operations::former_sets(const identity& subject) const {
  return parts_.store.former_sets(subject.account, subject.domain, parts_.now());
}

/// Looked at last by the later look, and next by the earlier, when both proofs are watched.
described_identity operations::described(identity subject) const {
  described_identity shown{.subject = std::move(subject)};
  if (auto seen = parts_.store.evidence_of(shown.subject.id)) shown.seen = *std::move(seen);
  for (const proof which : all_proofs) {
    const verification& state = state_of(shown.subject, which);
    if (state.status == dkim_status::not_started) continue;
    const std::optional<due_queue::entry> entry = parts_.polling.scheduled(shown.subject.id, which);
    const auto checked_at = entry && entry->last_checked ? entry->last_checked : state.checked_at;
    shown.last_checked_at = std::max(shown.last_checked_at, checked_at);
    if (!is_looked_at(state.status)) continue;
    const time_point next = entry ? entry->due : parts_.now();
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

  std::optional<identity> now_stored = parts_.store.load(found->id);
  if (!now_stored) co_return errc::identity_not_found;  // deleted while it was looked at
  described_identity shown = described(*std::move(now_stored));
  shown.subject.findings = seen.findings;
  shown.subject.txt_finding = seen.txt_finding;
  shown.last_checked_at = parts_.now();
  co_return shown;
}

asio::awaitable<result<domain_inspection>> operations::inspect_domain(std::string account,
                                                                      std::string domain) {
  if (!is_account_name(account)) co_return errc::account_malformed;
  const result<domain_name> name = publishable(domain);
  if (!name) co_return name.error();
  domain_inspection seen = co_await parts_.inspect(*name);
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
    parts_.polling.look_now({.id = subject.id, .which = which, .account = subject.account}, ended);
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(look, asio::use_awaitable);
  co_return !is_throttled;
}

asio::awaitable<void> operations::shift_windows(clock_step step) {
  std::vector<identity_id> timed;
  parts_.store.each([&](const identity& each) {
    const auto is_timed = [&](proof which) {
      const verification& state = state_of(each, which);
      return state.status == dkim_status::pending || state.status == dkim_status::temporary_failure ||
             state.first_miss_at.has_value();
    };
    if (std::ranges::any_of(all_proofs, is_timed)) timed.push_back(each.id);
  });
  constexpr std::size_t at_once = 1000;
  for (std::size_t begin = 0; begin < timed.size(); begin += at_once) {
    const std::vector<identity_id> part{
        timed.begin() + static_cast<std::ptrdiff_t>(begin),
        timed.begin() + static_cast<std::ptrdiff_t>(std::min(begin + at_once, timed.size()))};
    const auto decide = [part, step](write_group& group) -> result<void> {
      for (const identity_id id : part)
        if (const std::optional<identity> there = group.load(id))
          if (const result<void> moved = group.update(shifted(*there, step)); !moved) return moved;
      return {};
    };
    if (const result<void> moved = co_await parts_.writer.write(decide); !moved)
      spdlog::error("clock, could not move the windows of {} identities ({})", part.size(),
                    sentence(moved.error()));
  }
}

/// Keeps everything that follows the identities in step with what was just made durable.
void operations::took_effect(const change_of& change) {
  const auto& before = change.before;
  const auto& after = change.after;
  if (before && after) parts_.counts.changed(*before, *after);
  if (before && !after) parts_.counts.left(*before);
  if (!before && after) parts_.counts.arrived(*after);

  std::string reason;
  for (const proof which : all_proofs)
    if (std::string why = status_changed(change, which); which == proof::dkim) reason = std::move(why);
  signing_changed(change, std::move(reason));
}

/// The same for what a caller asked for.
void operations::took_effect(const caller& by, change_of change) {
  if (const std::string_view what = asked_change(change.before, change.after); !what.empty())
    spdlog::info("operations, {} '{}' ({})", what,
                 (change.after ? change.after : change.before)->domain.text(), in_words(by));
  change.by = to_string(by);
  took_effect(change);
}

/// Schedules and tells what changed about one proof; the reason, or nothing when nothing did.
std::string operations::status_changed(const change_of& change, proof which) {
  const auto& before = change.before;
  const auto& after = change.after;
  const dkim_status from = before ? state_of(*before, which).status : dkim_status::not_started;
  const dkim_status to = after ? state_of(*after, which).status : dkim_status::not_started;
  if (from == to) return {};
  if (to == dkim_status::pending) {
    const time_point due = check_after_issue({*after, which}, parts_.rules).value_or(parts_.now());
    from == dkim_status::not_started ? parts_.polling.expect(after->id, which, due)
                                     : parts_.polling.reschedule(after->id, which, due);
  }
  const identity& shown = after ? *after : *before;
  const identity nobody{.account = {}, .domain = shown.domain};  // of whom nothing was asked
  const identity_change told{.identity = shown.domain.text(),
                             .account = shown.account,
                             .of = which,
                             .from = from,
                             .to = to,
                             .at = parts_.now(),
                             .reason = reason_of_change({before ? *before : nobody, after ? *after : nobody,
                                                         which, change.diagnosed},
                                                        parts_.rules, parts_.naming),
                             .by = change.by};
  parts_.feed.publish(told);
  return told.reason;
}

/// Tells it when signing went on or off, or the wish for it changed. `reason`: that of the change of status;
/// empty when it was the wish.
void operations::signing_changed(const change_of& change, std::string reason) {
  const auto& before = change.before;
  const auto& after = change.after;
  const bool was = before && is_signing_enabled(*before);
  const bool is = after && is_signing_enabled(*after);
  const bool wish_changed = before && after && before->dkim_enabled != after->dkim_enabled;
  if (was == is && !wish_changed) return;
  const identity& shown = after ? *after : *before;
  parts_.feed.publish(
      signing_change{.identity = shown.domain.text(),
                     .account = shown.account,
                     .dkim_enabled = after && after->dkim_enabled,
                     .signing_enabled = is,
                     .at = parts_.now(),
                     .reason = wish_changed ? std::string{reason_of_wish(*after)} : std::move(reason),
                     .by = change.by});
}

}  // namespace easydkim
