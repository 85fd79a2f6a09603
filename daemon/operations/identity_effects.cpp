// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/identity_effects.hpp"

#include <spdlog/spdlog.h>
#include <array>
#include <utility>

#include "core/schedule.hpp"
#include "core/verdict.hpp"

namespace easydkim {
namespace {

struct words {
  proof of;
  std::string_view issued;
  std::string_view restarted;
};
constexpr std::array of_proofs{
    words{proof::dkim, "issued", "began a new window of"},
    words{proof::txt, "issued the TXT record of", "began a new window of the TXT record of"},
};

/// Why signing is as it is after the owner's wish was changed.
std::string_view reason_of_wish(const identity& after) {
  if (!after.dkim_enabled) return "DKIM signing was disabled.";
  return is_signing_enabled(after) ? "DKIM signing was enabled."
                                   : "DKIM signing was enabled; mail may be signed once DKIM is verified.";
}

dkim_status status_of(const std::optional<identity>& subject, proof which) {
  return subject ? state_of(*subject, which).status : dkim_status::not_started;
}

}  // namespace

std::string_view asked_change(const std::optional<identity>& before, const std::optional<identity>& after) {
  if (!after) return before ? "deleted" : "";
  for (const words& say : of_proofs) {
    const dkim_status from = status_of(before, say.of);
    const dkim_status to = status_of(after, say.of);
    if (from == to || to != dkim_status::pending) continue;
    return from == dkim_status::not_started ? say.issued : say.restarted;
  }
  if (before && before->dkim_enabled != after->dkim_enabled)
    return after->dkim_enabled ? "enabled" : "disabled";
  return "";
}

void identity_effects::follow(const committed_change& change, const caller& by) const {
  if (const std::string_view what = asked_change(change.before, change.after); !what.empty())
    spdlog::info("operations, {} '{}' ({})", what,
                 (change.after ? change.after : change.before)->domain.text(), in_words(by));
  follow(change, to_string(by));
}

void identity_effects::follow(const committed_change& change, const std::string& by) const {
  const auto& [before, after, diagnosed] = change;
  if (before && after) with_.counts.changed(*before, *after);
  if (before && !after) with_.counts.left(*before);
  if (!before && after) with_.counts.arrived(*after);

  std::string reason;
  for (const proof which : all_proofs) {
    if (status_of(before, which) == status_of(after, which)) continue;
    schedule(change, which);
    std::string why = publish_status(change, which, by);
    if (which == proof::dkim) reason = std::move(why);
  }
  publish_signing(change, std::move(reason), by);
}

/// Precondition: the status of the proof changed.
void identity_effects::schedule(const committed_change& change, proof which) const {
  if (status_of(change.after, which) != dkim_status::pending) return;
  const identity& after = *change.after;
  const time_point due = check_after_issue({after, which}, with_.rules).value_or(with_.now());
  status_of(change.before, which) == dkim_status::not_started
      ? with_.polling.expect(after.id, which, due)
      : with_.polling.reschedule(after.id, which, due);
}

/// Returns the reason. Precondition: the status of the proof changed.
std::string identity_effects::publish_status(const committed_change& change, proof which,
                                             const std::string& by) const {
  const auto& [before, after, diagnosed] = change;
  const identity& shown = after ? *after : *before;
  const identity nobody{.account = {}, .domain = shown.domain};  // of whom nothing was asked
  const identity_change news{
      .identity = shown.domain.text(),
      .account = shown.account,
      .of = which,
      .from = status_of(before, which),
      .to = status_of(after, which),
      .at = with_.now(),
      .reason = reason_of_change({before ? *before : nobody, after ? *after : nobody, which, diagnosed},
                                 with_.rules, with_.naming),
      .by = by};
  with_.feed.publish(news);
  return news.reason;
}

/// When signing went on or off, or the wish for it changed. `reason`: that of the change of status; empty
/// when it was the wish.
void identity_effects::publish_signing(const committed_change& change, std::string reason,
                                       const std::string& by) const {
  const auto& [before, after, diagnosed] = change;
  const bool was = before && is_signing_enabled(*before);
  const bool is = after && is_signing_enabled(*after);
  const bool wish_changed = before && after && before->dkim_enabled != after->dkim_enabled;
  if (was == is && !wish_changed) return;
  const identity& shown = after ? *after : *before;
  with_.feed.publish(
      signing_change{.identity = shown.domain.text(),
                     .account = shown.account,
                     .dkim_enabled = after && after->dkim_enabled,
                     .signing_enabled = is,
                     .at = with_.now(),
                     .reason = wish_changed ? std::string{reason_of_wish(*after)} : std::move(reason),
                     .by = by});
}

}  // namespace easydkim
