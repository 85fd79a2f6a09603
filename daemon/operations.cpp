#include "daemon/operations.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "core/schedule.hpp"
#include "core/verdict.hpp"
#include "daemon/idna.hpp"
#include "daemon/public_suffix.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

bool is_email_address(std::string_view name) {
  return name.find('@') != name.npos;
}

/// What SES's callers may name where an e-mail address stands for its domain.
std::string_view domain_part(std::string_view name) {
  return name.substr(name.rfind('@') + 1);
}

}  // namespace

operations::operations(parts with, operation_limits limits)
    : parts_{std::move(with)}, limits_{limits}, verify_rate_{limits.verify_domain_dkim_per_second} {}

void operations::set_limits(operation_limits limits) {
  limits_ = limits;
  verify_rate_.set_rate(limits.verify_domain_dkim_per_second);
}

/// A domain that tokens may be issued for.
result<domain_name> operations::issuable(std::string_view domain) const {
  if (is_email_address(domain)) return errc::email_not_an_identity;
  result<domain_name> name = to_domain_name(domain);
  if (!name) return name;
  if (name->is_in(parts_.target_suffix)) return errc::domain_in_target;
  if (is_public_suffix(*name)) return errc::domain_public_suffix;
  return name;
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

asio::awaitable<result<identity>> operations::verify_domain_dkim(std::string account, std::string domain) {
  if (!is_account_name(account)) co_return errc::account_malformed;
  const result<domain_name> name = issuable(domain);
  if (!name) co_return name.error();
  if (!verify_rate_.admit(account, parts_.now())) co_return errc::rate_exceeded;

  std::optional<identity> there = parts_.store.find(account, *name);
  if (there && is_looked_at(there->status)) co_return *std::move(there);
  if (!there && room(account) == 0) co_return errc::identity_limit;

  const reservation held{issuing_, account, 1};
  // Named, not a temporary: g++ 12 copies temporaries of aggregates into coroutines octet by octet.
  issue order{.account = account, .domain = *name, .tokens = fresh_tokens()};
  co_return co_await issue_identity(std::move(order));
}

/// How many identities `account` may still get.
std::size_t operations::room(const std::string& account) const {
  if (limits_.identities_per_account == 0) return SIZE_MAX;
  const auto issuing = issuing_.find(account);
  const std::size_t taken =
      parts_.counts.of_account(account) + (issuing == issuing_.end() ? 0 : issuing->second);
  return limits_.identities_per_account - std::min(taken, limits_.identities_per_account);
}

token_set operations::fresh_tokens() const {
  std::array<std::uint8_t, records_per_identity * token::octets> bits{};
  parts_.random(bits);
  return make_tokens(bits);
}

asio::awaitable<result<identity>> operations::issue_identity(issue order) {
  const time_point now = parts_.now();
  const auto decide = [order = std::move(order),
                       now](identity_store::write_group& group) -> result<change_of> {
    const std::optional<identity> there = group.find(order.account, order.domain);
    if (there && is_looked_at(there->status)) return change_of{there, there};  // a twin request was faster
    if (there) {
      const identity again = restarted(*there, now);
      if (const result<void> written = group.update(again); !written) return written.error();
      return change_of{there, again};
    }
    const result<identity> fresh = group.insert(issued(order, now));
    if (!fresh) return fresh.error();
    return change_of{std::nullopt, *fresh};
  };
  const result<change_of> change = co_await parts_.writer.write(decide);
  if (!change) co_return change.error();
  took_effect(*change);
  co_return *change->after;
}

result<dkim_attributes> operations::get_identity_dkim_attributes(std::string_view account,
                                                                 std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (found) return dkim_attributes{found->dkim_enabled, found->status, found->tokens};
  if (found.error() == errc::identity_not_found) return dkim_attributes{};
  return found.error();
}

asio::awaitable<result<void>> operations::set_identity_dkim_enabled(std::string account, std::string name,
                                                                    bool enabled) {
  const result<identity> found = existing(account, name, errc::not_verified_for_dkim);
  if (!found) co_return found.error();
  const auto decide = [id = found->id, enabled](identity_store::write_group& group) -> result<change_of> {
    const std::optional<identity> there = group.load(id);
    if (!there) return errc::not_verified_for_dkim;
    identity after = *there;
    after.dkim_enabled = enabled;
    if (after == *there) return change_of{there, there};
    if (const result<void> written = group.update(after); !written) return written.error();
    return change_of{there, after};
  };
  const result<change_of> change = co_await parts_.writer.write(decide);
  if (!change) co_return change.error();
  took_effect(*change);
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

asio::awaitable<result<void>> operations::delete_identity(std::string account, std::string name) {
  const result<identity> found = existing(account, name, errc::identity_not_found);
  if (!found && found.error() == errc::identity_not_found) co_return result<void>{};  // as SES answers
  if (!found) co_return found.error();
  const auto decide = [id = found->id](identity_store::write_group& group) -> result<change_of> {
    const std::optional<identity> there = group.load(id);
    if (!there) return change_of{};
    if (const result<void> erased = group.erase(*there); !erased) return erased.error();
    return change_of{there, std::nullopt};
  };
  const result<change_of> change = co_await parts_.writer.write(decide);
  if (!change) co_return change.error();
  took_effect(*change);
  co_return result<void>{};
}

result<described_identity> operations::describe_identity(std::string_view account,
                                                         std::string_view name) const {
  const result<identity> found = existing(account, domain_part(name), errc::identity_not_found);
  if (!found) return found.error();
  return described(*found);
}

described_identity operations::described(identity subject) const {
  const std::optional<due_queue::entry> entry = parts_.polling.scheduled(subject.id);
  described_identity shown{.subject = std::move(subject), .last_checked_at = {}, .next_check_at = {}};
  shown.last_checked_at = shown.subject.checked_at;
  if (entry && entry->last_checked) shown.last_checked_at = entry->last_checked;
  if (is_looked_at(shown.subject.status)) shown.next_check_at = entry ? entry->due : parts_.now();
  return shown;
}

asio::awaitable<result<described_identity>> operations::check_identity(std::string account,
                                                                       std::string name) {
  const result<identity> found = existing(account, name, errc::identity_not_found);
  if (!found) co_return found.error();

  using findings = std::array<finding, records_per_identity>;
  const auto look = [&](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    parts_.polling.look_now(found->id, [resume](const check* done) {
      std::move (*resume)(done ? std::optional{done->findings()} : std::nullopt);
    });
  };
  const std::optional<findings> seen =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::optional<findings>)>(
          look, asio::use_awaitable);

  std::optional<identity> now_stored = parts_.store.load(found->id);
  if (!seen || !now_stored) co_return errc::identity_not_found;  // deleted while it was looked at
  described_identity shown = described(*std::move(now_stored));
  shown.subject.findings = *seen;
  shown.last_checked_at = parts_.now();
  co_return shown;
}

void operations::settle(identity_id id, const check& done,
                        std::function<void(std::optional<identity>)> written) {
  const auto change = std::make_shared<change_of>();
  const auto judge = [change, id, done, now = parts_.now(),
                      rules = parts_.rules](identity_store::write_group& group) -> std::optional<errc> {
    *change = {};
    const std::optional<identity> before = group.load(id);
    if (!before) return std::nullopt;  // deleted while it was looked at: a late answer is dropped
    const std::optional<identity> after = judged(*before, done, now, rules);
    *change = {before, after ? after : before};
    if (!after) return std::nullopt;
    const result<void> updated = group.update(*after);
    return updated ? std::nullopt : std::optional{updated.error()};
  };
  parts_.writer.submit({.apply = judge, .done = [this, change, id, written](std::optional<errc> failed) {
                          if (failed) {
                            spdlog::warn("store, kept the old state of identity {} for now ({})", id,
                                         sentence(*failed));
                            return written(std::nullopt);
                          }
                          took_effect(*change);
                          written(change->after);
                        }});
}

asio::awaitable<void> operations::shift_windows(duration step) {
  std::vector<identity_id> timed;
  parts_.store.each([&](const identity& each) {
    if (each.status == dkim_status::pending || each.status == dkim_status::temporary_failure)
      timed.push_back(each.id);
  });
  constexpr std::size_t at_once = 1000;
  for (std::size_t begin = 0; begin < timed.size(); begin += at_once) {
    const std::vector<identity_id> part{
        timed.begin() + static_cast<std::ptrdiff_t>(begin),
        timed.begin() + static_cast<std::ptrdiff_t>(std::min(begin + at_once, timed.size()))};
    const auto decide = [part, step](identity_store::write_group& group) -> result<void> {
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
  const auto& [before, after] = change;
  if (before && after) parts_.counts.changed(*before, *after);
  if (before && !after) parts_.counts.left(*before);
  if (!before && after) parts_.counts.arrived(*after);

  const dkim_status from = before ? before->status : dkim_status::not_started;
  const dkim_status to = after ? after->status : dkim_status::not_started;
  if (from == to) return;
  if (to == dkim_status::pending) {
    const time_point due = check_after_issue(*after, parts_.rules).value_or(parts_.now());
    before ? parts_.polling.reschedule(after->id, due) : parts_.polling.schedule(after->id, due);
  }
  const identity& shown = after ? *after : *before;
  identity as_before = before ? *before : *after;
  identity as_after = after ? *after : *before;
  as_before.status = from;
  as_after.status = to;
  parts_.feed.publish({.identity = shown.domain.text(),
                       .account = shown.account,
                       .from = from,
                       .to = to,
                       .at = parts_.now(),
                       .reason = reason_of_change(as_before, as_after, parts_.rules, parts_.target_suffix)});
}

}  // namespace easydkim
