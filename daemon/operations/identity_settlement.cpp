// What becomes of a check: the verdict and the evidence, in one group.
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "core/verdict.hpp"
#include "daemon/operations/operations.hpp"

namespace easydkim {
namespace {

/// What a check brought, and the rules to judge it by.
struct settlement_order {
  identity_id id = 0;
  check done;
  observation seen;
  time_point now{};
  policy rules;

  bool moved(const identity& before, const identity& after) const {
    return state_of(before, done.of()).status != state_of(after, done.of()).status;
  }
  bool verified(const identity& before, const identity& after) const {
    return done.of() == proof::dkim && moved(before, after) && after.dkim.status == dkim_status::success;
  }
};

/// What became of the evidence.
struct kept_evidence {
  std::string diagnosed;                   // why the records of the proof are not right
  std::optional<record_fault> unreadable;  // what was kept before told nothing, and was dropped
};

result<kept_evidence> keep_news(write_group& group, const settlement_order& order, const identity& before,
                                const identity& after) {
  kept_evidence outcome;
  const auto kept = group.evidence_of(order.id);
  if (!kept) outcome.unreadable = kept.error();
  const evidence seen_before = kept ? *kept : evidence{};
  std::optional<evidence> news = merge_evidence(
      {.before = seen_before, .news = order.seen, .now_verified = order.verified(before, after)});
  if (!news && !kept) news.emplace();
  if (news)
    if (const result<void> written = group.keep_evidence(order.id, *news); !written) return written.error();
  if (const auto& report = (news ? *news : seen_before).diagnosed)
    outcome.diagnosed = diagnosis_of(without_expired(*report, after), order.done.of()).explanation;
  return outcome;
}

/// A store that is full, or a disk, may refuse thousands: they share a line of the log.
constexpr duration between_lines = std::chrono::seconds{10};

}  // namespace

void operations::tell_kept(identity_id id, errc why) {
  ++kept_;
  const time_point now = parts_.now();
  if (told_kept_at_ && now >= *told_kept_at_ && now - *told_kept_at_ < between_lines) return;
  told_kept_at_ = now;
  if (const std::size_t others = std::exchange(kept_, 0) - 1; others > 0)
    spdlog::warn("store, kept the old state of identity {}, and of {} before it, for now ({})", id, others,
                 sentence(why));
  else
    spdlog::warn("store, kept the old state of identity {} for now ({})", id, sentence(why));
}

void operations::settle(identity_id id, const check& done, const observation& seen,
                        std::function<void(std::optional<identity>)> written) {
  struct outcome {
    change_of change;
    std::optional<record_fault> unreadable;
  };
  const auto became = std::make_shared<outcome>();
  const auto judge = [became, order = settlement_order{id, done, seen, parts_.now(), parts_.rules}](
                         write_group& group) -> std::optional<errc> {
    *became = {};
    const std::optional<identity> before = group.load(order.id);
    if (!before) return std::nullopt;  // deleted while it was looked at: a late answer is dropped
    const std::optional<identity> judged_so = apply_check(*before, order.done, order.now, order.rules);
    const identity& after = judged_so ? *judged_so : *before;
    became->change = {before, after};
    if (judged_so)
      if (const result<void> updated = group.update(after); !updated) return updated.error();
    if (order.seen.empty() && !order.moved(*before, after)) return std::nullopt;
    result<kept_evidence> kept = keep_news(group, order, *before, after);
    if (!kept) return kept.error();
    became->change.diagnosed = std::move(kept->diagnosed);
    became->unreadable = kept->unreadable;
    return std::nullopt;
  };
  parts_.writer.submit({.apply = judge, .done = [this, became, id, written](std::optional<errc> failed) {
                          if (failed) {
                            tell_kept(id, *failed);
                            return written(std::nullopt);
                          }
                          if (became->unreadable)
                            spdlog::warn("store, dropped the evidence of identity {} (it {})", id,
                                         to_string(*became->unreadable));
                          took_effect(became->change);
                          written(became->change.after);
                        }});
}

}  // namespace easydkim
