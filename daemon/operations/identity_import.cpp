// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/identity_import.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// A row that may be written, and the tokens it gets when it is new.
struct candidate {
  std::string given;  // the domain as the caller wrote it
  issue order;
  bool own_tokens = false;  // issued elsewhere
};

result<token_set> parse_tokens(const std::vector<std::string>& texts) {
  if (texts.size() != records_per_identity) return errc::token_malformed;
  token_set tokens;
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    const result<token> parsed = token::parse(texts[i]);
    if (!parsed) return parsed.error();
    tokens[i] = *parsed;
  }
  if (tokens[0] == tokens[1] || tokens[1] == tokens[2] || tokens[0] == tokens[2])
    return errc::tokens_not_distinct;
  return tokens;
}

/// Whether DKIM was asked for already. An identity that only has the TXT proof gets its tokens now.
bool has_tokens(const std::optional<identity>& there) {
  return there && there->dkim.status != dkim_status::not_started;
}

/// Outcome of one imported group.
struct import_outcome {
  std::vector<committed_change> imported;
  std::size_t added = 0;  // of those, the ones whose domain was free
  std::size_t existing = 0;
  std::vector<import_refusal> refused;
  std::vector<candidate> again;  // with other tokens: the ones that were drawn belonged to somebody
};

/// Whether `row` is refused although its domain has no tokens yet, or stored already.
std::optional<errc> objection(const write_group& group, const candidate& row,
                              const std::optional<identity>& there, bool has_room) {
  if (has_tokens(there))
    return row.own_tokens && there->tokens != row.order.tokens ? std::optional{errc::tokens_differ}
                                                               : std::nullopt;
  if (!there && !has_room) return errc::identity_limit;
  if (row.own_tokens && group.other_account_with(row.order.tokens, row.order.domain, row.order.account))
    return errc::tokens_in_use;
  if (row.own_tokens && group.use_of(row.order.tokens, row.order.account) == former_use::another_account)
    return errc::tokens_were_used;
  return std::nullopt;
}

/// Writes the tokens of `order`. Precondition: `there` has none.
result<identity> written(write_group& group, const issue& order, const std::optional<identity>& there,
                         time_point now) {
  if (!there) return group.insert(issued(order, now));
  identity after = issued(*there, order, now);
  if (const result<void> updated = group.update(after); !updated) return updated.error();
  return after;
}

/// In the order of the index of names, so that neighbours meet the same page while it is at hand; of the same
/// domain twice, the first row first.
void sort_as_the_index(std::vector<candidate>& rows) {
  std::ranges::stable_sort(
      rows, {}, [](const candidate& row) -> const std::string& { return row.order.domain.text(); });
}

result<import_outcome> import_group(write_group& group, const std::vector<candidate>& rows, std::size_t room,
                                    time_point now) {
  import_outcome outcome;
  for (const candidate& row : rows) {
    const std::optional<identity> there = group.find(row.order.account, row.order.domain);
    if (const auto why = objection(group, row, there, outcome.added < room)) {
      outcome.refused.push_back({row.given, *why});
    } else if (has_tokens(there)) {
      ++outcome.existing;
    } else if (!row.own_tokens && group.use_of(row.order.tokens, row.order.account) != former_use::none) {
      outcome.again.push_back(row);
    } else if (const result<identity> fresh = written(group, row.order, there, now)) {
      outcome.added += there ? 0 : 1;
      outcome.imported.push_back({there, *fresh});
    } else {
      outcome.refused.push_back({row.given, fresh.error()});
    }
  }
  return outcome;
}

}  // namespace

token_set identity_import::fresh_tokens() {
  return make_tokens(with_.random.take<records_per_identity * token::octets>());
}

asio::awaitable<result<import_summary>> identity_import::import(caller by, std::vector<import_row> rows,
                                                                domain_rules rules) {
  const std::string& account = by.account;
  import_summary summary;
  std::vector<candidate> accepted;
  for (import_row& row : rows) {
    const result<domain_name> domain = issuable_domain(row.domain, rules);
    const result<token_set> tokens = row.tokens ? parse_tokens(*row.tokens) : fresh_tokens();
    if (!domain || !tokens) {
      summary.refused.push_back({std::move(row.domain), domain ? tokens.error() : domain.error()});
      continue;
    }
    accepted.push_back({.given = std::move(row.domain),
                        .order = {.account = account,
                                  .domain = *domain,
                                  .tokens = *tokens,
                                  .target_suffix = rules.target_suffix},
                        .own_tokens = row.tokens.has_value()});
  }

  sort_as_the_index(accepted);
  const std::size_t may_add = with_.quota.room(account);
  const account_quota::reservation held{with_.quota, account, std::min(may_add, accepted.size())};
  while (true) {
    const auto decide = [accepted = std::move(accepted), left = may_add - std::min(may_add, summary.imported),
                         now = with_.now()](write_group& group) {
      return import_group(group, accepted, left, now);
    };
    result<import_outcome> outcome = co_await with_.writer.write(decide);
    if (!outcome) co_return outcome.error();
    for (const committed_change& each : outcome->imported) with_.effects.follow(each, to_string(by));
    summary.imported += outcome->imported.size();
    summary.existing += outcome->existing;
    std::ranges::move(outcome->refused, std::back_inserter(summary.refused));
    if (outcome->again.empty()) break;
    accepted = std::move(outcome->again);
    for (candidate& each : accepted) each.order.tokens = fresh_tokens();
  }
  spdlog::info("operations, imported {} of {} domains ({}: {} there already, {} refused)", summary.imported,
               rows.size(), in_words(by), summary.existing, summary.refused.size());
  co_return summary;
}

}  // namespace easydkim
