// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/wrong_value.hpp"

#include <algorithm>
#include <numeric>

#include "core/printable.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

/// A target that is not the value, and who said so.
struct wrong {
  std::string target;
  std::string server;
  bool is_text = false;  // of a TXT record

  std::string_view label() const { return std::string_view{target}.substr(0, target.find('.')); }
  std::string_view rest() const {
    const std::size_t dot = target.find('.');
    return dot == target.npos ? std::string_view{} : std::string_view{target}.substr(dot + 1);
  }
};

boost::asio::awaitable<std::optional<wrong>> wrong_target(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  for (const testimony& each : co_await at.look(record)) {
    if (standing_at(each, one) != record_standing::other) continue;
    wrong seen{.target = target_of(each.said(), one.name), .server = each.server};
    if (const auto texts = each.said().answers(one.name, rr_type::txt); !texts.empty()) {
      seen.target = texts.front()->text;
      seen.is_text = true;
    }
    co_return seen;
  }
  co_return std::nullopt;
}

/// How many octets must be put in, taken out or changed (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t above = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = above + (a[i - 1] == b[j - 1] ? 0 : 1);
      above = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

/// In presentation format, as it is compared; a host name has nothing else.
constexpr std::string_view of_host_names = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
bool is_host_name(std::string_view target) {
  return target.find_first_not_of(of_host_names) == target.npos;
}
constexpr std::string_view blanks[] = {"\\032", " ", "\\009", "\\010", "\\013"};
constexpr std::size_t slip = 3;  // octets that differ by an error of the hand

bool begins_with_blank(std::string_view target) {
  return std::ranges::any_of(blanks, [&](std::string_view each) { return target.starts_with(each); });
}
bool has_blank(std::string_view target) {
  return std::ranges::any_of(blanks, [&](std::string_view each) { return target.find(each) != target.npos; });
}

/// What is wrong with the text of a target, in words.
std::string_view fault_of(std::string_view target, std::string_view value) {
  if (begins_with_blank(target)) return "it begins with a blank";
  if (has_blank(target)) return "it has a blank in it";
  if (target.find('"') != target.npos || target.find('\'') != target.npos) return "it has quotes in it";
  if (target.starts_with("http")) return "it is the address of a web page";
  if (target.find_first_not_of(of_host_names) != target.npos) return "it has characters that no value has";
  if (value.starts_with(target)) return "its end is cut off";
  if (value.ends_with(target)) return "its beginning is cut off";
  if (distance(target, value) <= slip) return "a few characters differ";
  return "it is another name altogether";
}

/// Of a TXT record, beside which others may well stand.
std::string_view fault_of_text(std::string_view text, std::string_view value) {
  if (text.find(value) != text.npos) return "there is more in it than the value";
  if (!text.empty() && value.starts_with(text)) return "its end is cut off";
  if (distance(text, value) <= slip) return "a few characters differ";
  return "it is another text altogether";
}

}  // namespace

bool names_a_token(const examination& at, std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto stands_in = [&](const token& each) { return lower.find(each.text()) != lower.npos; };
  return std::ranges::any_of(at.order().subject.tokens, stands_in) ||
         std::ranges::any_of(at.order().former, [&](const former_token_set& set) {
           return std::ranges::any_of(set.tokens, stands_in);
         });
}

bool is_value_of_another(const examination& at, std::size_t record, std::string_view target) {
  for (std::size_t other = 0; other < records_per_identity; ++other)
    if (other != record && at.is_wanted(other) && target == at.wanted(other).value) return true;
  return false;
}

namespace {

/// Which record `target` begins with the value of, and what follows that: any of the three may be meant.
struct beginning {
  std::size_t record;
  std::string_view rest;
};
std::optional<beginning> value_in(const examination& at, std::size_t record, std::string_view target) {
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    const std::size_t each = (record + i) % records_per_identity;
    const std::string begin = at.wanted(each).value + ".";
    if (target.starts_with(begin)) return beginning{each, target.substr(begin.size())};
  }
  return std::nullopt;
}

constexpr std::string_view of_another = "it is the value of another of the three records";

}  // namespace

/// Panels append the domain or the zone, and nothing else.
probing value_appended(examination& at, std::size_t record) {
  const auto seen = co_await wrong_target(at, record);
  if (!seen) co_return std::nullopt;
  const auto begin = value_in(at, record, seen->target);
  if (!begin || (!is_at_or_below(begin->rest, at.domain()) &&
                 (at.where().apex.empty() || !is_at_or_below(begin->rest, at.where().apex))))
    co_return std::nullopt;
  explained_by what{.observed = seen->target, .server = seen->server};
  if (begin->record != record) what.words = of_another;
  co_return at.explained(diagnosis_code::value_appended, record, what);
}

probing tokens_crossed(examination& at, std::size_t record) {
  const auto seen = co_await wrong_target(at, record);
  if (!seen) co_return std::nullopt;
  for (std::size_t other = 0; other < records_per_identity; ++other) {
    if (other == record || seen->label() != at.token_of(other)) continue;
    // What is cut off, or holds what no name has, is another mistake.
    const bool is_exact = seen->target == at.wanted(other).value;
    if (!is_exact && (at.wanted(other).value.starts_with(seen->target) || !is_host_name(seen->target)))
      co_return std::nullopt;
    explained_by what{.observed = seen->target, .server = seen->server, .also = at.wanted(other).name};
    if (!is_exact) what.words = "what follows the token is wrong, too";
    co_return at.explained(diagnosis_code::tokens_crossed, record, what);
  }
  co_return std::nullopt;
}

probing stale_token(examination& at, std::size_t record) {
  const auto seen = co_await wrong_target(at, record);
  if (!seen) co_return std::nullopt;
  const auto read = token::parse(seen->label());
  if (!read) co_return std::nullopt;
  explained_by what{.observed = seen->target, .server = seen->server};
  for (const former_token_set& each : at.order().former)
    if (std::ranges::find(each.tokens, *read) != each.tokens.end())
      what.also = "deleted on " + to_rfc3339(each.deleted_at).substr(0, 10);
  // With another suffix only what is known to be one of its older tokens.
  const bool is_slip = distance(seen->target, at.wanted(record).value) <= slip;
  if (is_slip || (seen->rest() != at.suffix() && what.also.empty())) co_return std::nullopt;
  what.words = at.wanted(record).name + " points to " + excerpt(seen->target) +
               ", which is a token of an older set, or of somebody else";
  what.remedy = "change its value to " + at.wanted(record).value;
  co_return at.explained(diagnosis_code::stale_token, record, what);
}

probing wrong_suffix(examination& at, std::size_t record) {
  const auto seen = co_await wrong_target(at, record);
  if (!seen || seen->label() != at.token_of(record)) co_return std::nullopt;
  // What is cut off, or holds what no name has, is another mistake.
  const std::string& value = at.wanted(record).value;
  if (value.starts_with(seen->target) || !is_host_name(seen->target)) co_return std::nullopt;
  co_return at.explained(diagnosis_code::wrong_suffix, record,
                         {.observed = seen->target, .server = seen->server});
}

probing value_garbage(examination& at, std::size_t record) {
  const auto seen = co_await wrong_target(at, record);
  if (!seen) co_return std::nullopt;
  const std::string& value = at.wanted(record).value;
  const std::string_view fault =
      seen->is_text ? fault_of_text(seen->target, value) : fault_of(seen->target, value);
  co_return at.explained(diagnosis_code::value_garbage, record,
                         {.observed = seen->target,
                          .server = seen->server,
                          .also = std::string{fault},
                          .words = seen->is_text ? "says" : "points to"});
}

}  // namespace easydkim
