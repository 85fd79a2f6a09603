// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon_parts.hpp"

#include <utility>

#include "core/schedule.hpp"
#include "daemon/ses_api/signature/digest.hpp"

namespace easydkim {

daemon_parts::daemon_parts(boost::asio::io_context& io, const options& chosen, dependencies by)
    : around{std::move(by)},
      store{{.directory = chosen.store,
             .size = chosen.store_size,
             .target_suffix = chosen.polling.dns.target_suffix,
             .digest = sha256}},
      writer{io, store, around.broken},
      polling{io, chosen.polling, hooks_of_poller()},
      effects{{.polling = polling,
               .counts = counts,
               .feed = feed,
               .now = around.now,
               .rules = chosen.polling.rules,
               .naming = {.target_suffix = chosen.polling.dns.target_suffix,
                          .txt_prefix = chosen.polling.txt_prefix}}},
      settlement{{.writer = writer, .effects = effects, .now = around.now, .rules = chosen.polling.rules}},
      operations{{.store = store,
                  .writer = writer,
                  .polling = polling,
                  .counts = counts,
                  .effects = effects,
                  .now = around.now,
                  .random = around.random,
                  .inspect = around.inspect,
                  .rules = chosen.polling.rules,
                  .naming = {.target_suffix = chosen.polling.dns.target_suffix,
                             .txt_prefix = chosen.polling.txt_prefix}},
                 chosen.limits},
      upkeep{io, store, writer, around.broken} {}

poller::hooks daemon_parts::hooks_of_poller() {
  poller::hooks all{.load = [this](identity_id id) { return store.load(id); },
                    .settle = around.settle,
                    .now = around.now,
                    .random = around.random_labels ? around.random_labels : around.random,
                    .look_at_zone = around.look_at_zone,
                    .examine = around.examine,
                    .confirmation_ended = around.confirmation_ended};
  if (!all.settle)
    all.settle = [this](identity_id id, const check& answers, const observation& news, auto written) {
      settlement.settle(id, answers, news, std::move(written));
    };
  return all;
}

void daemon_parts::read_identities() {
  polling.reserve(static_cast<std::size_t>(store.count()));
  const time_point now = around.now();
  store.each_summary([&](const identity_summary& each) {
    counts.arrived(each);
    suffixes.arrived(each);
    for (const proof which : all_proofs)
      if (const auto due = check_after_start({each, which}, now, operations.rules()))
        polling.schedule(each.id, which, *due);
  });
}

std::optional<std::string> daemon_parts::other_suffixes(std::span<const std::string> former) const {
  std::string sentence;
  for (const suffix_census::row& each : suffixes.unnamed(operations.naming().target_suffix, former)) {
    const std::optional<identity> first = store.load(each.first);
    if (!first) continue;
    sentence += (sentence.empty() ? "'" : "; '") + first->domain.text() + "'";
    if (const std::size_t others = each.identities - 1; others > 0)
      sentence += " and " + std::to_string(others) + (others == 1 ? " other" : " others");
    sentence += ", issued with '" + std::string{each.suffix} + "'";
  }
  if (sentence.empty()) return std::nullopt;
  return sentence;
}

void daemon_parts::finish() {
  polling.stop();
  upkeep.stop();
  writer.finish();
}

}  // namespace easydkim
