// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/settlement.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "core/verdict.hpp"

namespace easydkim {
namespace {

/// What a check brought, and the rules to judge it by.
struct settlement_order {
  identity_id id = 0;
  check answers;
  observation news;
  time_point now{};
  policy rules;

  bool moved(const identity& before, const identity& after) const {
    return state_of(before, answers.of()).status != state_of(after, answers.of()).status;
  }
  bool verified(const identity& before, const identity& after) const {
    return answers.of() == proof::dkim && moved(before, after) && after.dkim.status == dkim_status::success;
  }
};

/// Result of merging the evidence.
struct merged_evidence {
  std::string diagnosed;                   // why the records of the proof are not right
  std::optional<record_fault> unreadable;  // what was kept before told nothing, and was dropped
};

struct settlement_outcome {
  committed_change change;
  std::optional<record_fault> unreadable;
};

result<merged_evidence> keep_news(write_group& group, const settlement_order& order, const identity& before,
                                  const identity& after) {
  merged_evidence outcome;
  const auto kept = group.evidence_of(order.id);
  if (!kept) outcome.unreadable = kept.error();
  const evidence kept_before = kept ? *kept : evidence{};
  std::optional<evidence> fresh = merge_evidence(
      {.before = kept_before, .news = order.news, .now_verified = order.verified(before, after)});
  if (!fresh && !kept) fresh.emplace();
  if (fresh)
    if (const result<void> written = group.keep_evidence(order.id, *fresh); !written) return written.error();
  if (const auto& report = (fresh ? *fresh : kept_before).diagnosed)
    outcome.diagnosed = diagnosis_of(without_expired(*report, after), order.answers.of()).explanation;
  return outcome;
}

/// On the store thread.
result<settlement_outcome> settle_in(write_group& group, const settlement_order& order) {
  const std::optional<identity> before = group.load(order.id);
  if (!before) return settlement_outcome{};  // deleted during the check: a late answer is dropped
  const std::optional<identity> changed = apply_check(*before, order.answers, order.now, order.rules);
  const identity& after = changed ? *changed : *before;
  if (changed)
    if (const result<void> updated = group.update(after); !updated) return updated.error();
  settlement_outcome outcome{.change = {before, after}, .unreadable = {}};
  if (order.news.empty() && !order.moved(*before, after)) return outcome;
  result<merged_evidence> kept = keep_news(group, order, *before, after);
  if (!kept) return kept.error();
  outcome.change.diagnosed = std::move(kept->diagnosed);
  outcome.unreadable = kept->unreadable;
  return outcome;
}

/// A full store or disk may refuse thousands of updates; they are logged together.
constexpr duration between_lines = std::chrono::seconds{10};

}  // namespace

void settlement::log_kept(identity_id id, errc why) {
  ++unlogged_;
  const time_point now = with_.now();
  if (logged_at_ && now >= *logged_at_ && now - *logged_at_ < between_lines) return;
  logged_at_ = now;
  if (const std::size_t others = std::exchange(unlogged_, 0) - 1; others > 0)
    spdlog::warn("store, kept the old state of identity {}, and of {} before it, for now ({})", id, others,
                 sentence(why));
  else
    spdlog::warn("store, kept the old state of identity {} for now ({})", id, sentence(why));
}

void settlement::settle(identity_id id, const check& answers, const observation& news,
                        std::function<void(std::optional<identity>)> written) {
  const auto outcome = std::make_shared<settlement_outcome>();
  const auto judge = [outcome, order = settlement_order{id, answers, news, with_.now(), with_.rules}](
                         write_group& group) -> std::optional<errc> {
    result<settlement_outcome> settled = settle_in(group, order);
    if (!settled) return settled.error();
    *outcome = *std::move(settled);
    return std::nullopt;
  };
  const auto ended = [this, outcome, id, written](std::optional<errc> failed) {
    if (failed) {
      log_kept(id, *failed);
      return written(std::nullopt);
    }
    if (outcome->unreadable)
      spdlog::warn("store, dropped the evidence of identity {} (it {})", id, to_string(*outcome->unreadable));
    with_.effects.follow(outcome->change);
    written(outcome->change.after);
  };
  with_.writer.submit({.apply = judge, .done = ended});
}

}  // namespace easydkim
