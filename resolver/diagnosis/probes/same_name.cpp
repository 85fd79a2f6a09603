// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/same_name.hpp"

#include <algorithm>
#include <array>

#include "resolver/wire/message_name.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

using records = std::vector<std::string>;

/// The texts of the records of `name`, sorted, as servers rotate them.
records texts_of(const dns_reply& said, std::string_view name, rr_type type) {
  records texts;
  for (const resource_record* each : said.answers(name, type)) texts.push_back(each->text);
  std::ranges::sort(texts);
  return texts;
}

/// What a wildcard gives to a record of ours: its text; nothing when none does. The label that nobody was
/// given shows it: it has the same target, or is itself a token that would verify. In a zone that denies by
/// NODATA whatever does not exist (RFC 9824) it has no record of any type.
boost::asio::awaitable<std::optional<std::string>> made_up(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  const testimony* mine = co_await at.ask_server(one.name, rr_type::cname);
  if (control == nullptr || mine == nullptr) co_return std::nullopt;

  const std::string common = target_of(control->said(), at.control_name());
  const record_standing here = standing_at(*mine, one);
  if (!common.empty()) {
    const bool is_same = equal_ignoring_case(common, target_of(mine->said(), one.name));
    const bool verifies = equal_ignoring_case(common, at.order().control_label + "." + at.suffix());
    if (is_same || verifies) co_return common;
    co_return std::nullopt;
  }
  if (here != record_standing::no_such_type || control->said().says_no_such_name()) co_return std::nullopt;
  for (const rr_type type : {rr_type::a, rr_type::txt, rr_type::aaaa}) {
    const testimony* theirs = co_await at.ask_server(at.control_name(), type);
    if (theirs == nullptr) continue;
    const records everywhere = texts_of(theirs->said(), at.control_name(), type);
    if (everywhere.empty()) continue;
    const testimony* ours = co_await at.ask_server(one.name, type);
    if (ours != nullptr && texts_of(ours->said(), one.name, type) == everywhere) co_return everywhere.front();
  }
  co_return std::nullopt;
}

}  // namespace

boost::asio::awaitable<std::optional<std::string>> wildcard_of(examination& at) {
  for (const rr_type type : {rr_type::cname, rr_type::a, rr_type::txt, rr_type::aaaa}) {
    const testimony* below = co_await at.ask_server(at.control_name(), type);
    if (below == nullptr) continue;
    const records there = texts_of(below->said(), at.control_name(), type);
    if (there.empty()) continue;
    // The wildcard stands at the highest name below which the same is given.
    std::string highest = "_domainkey." + at.domain();
    for (std::string_view above = at.domain(); at.is_in_zone(above); above = parent_of(above)) {
      const std::string beside = at.order().control_label + "." + std::string{above};
      const testimony* said = co_await at.ask_server(beside, type);
      if (said == nullptr || texts_of(said->said(), beside, type) != there) break;
      highest = above;
    }
    co_return "*." + highest;
  }
  co_return std::nullopt;
}

probing dname(examination& at, std::size_t record) {
  const auto said = co_await at.look(record);
  for (const testimony& each : said) {
    if (standing_at(each, at.wanted(record)) != record_standing::redirected) continue;
    const auto above = std::ranges::find(each.said().answer, rr_type::dname,
                                         [](const resource_record& one) { return one.type; });
    co_return at.explained(diagnosis_code::dname, record,
                           {.observed = above->text, .server = each.server, .also = above->owner});
  }
  co_return std::nullopt;
}

probing wildcard(examination& at, std::size_t record) {
  co_await at.look(record);
  auto common = co_await made_up(at, record);
  if (!common) co_return std::nullopt;
  const auto name = co_await wildcard_of(at);
  const published_record& one = at.wanted(record);
  const testimony* mine = co_await at.ask_server(one.name, rr_type::cname);
  // What is right all the same may be the owner's own, or made up.
  std::string words = standing_at(*mine, one) == record_standing::right
                          ? "so " + one.name +
                                " cannot be told from what it makes up; remove the wildcard, and publish " +
                                one.name
                          : "and " + one.name + " itself does not exist; publish it";
  co_return at.explained(
      diagnosis_code::wildcard, record,
      {.observed = *common, .server = mine->server, .also = name.value_or(""), .words = std::move(words)});
}

probing cname_and_other_data(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  const std::span<const testimony> here = co_await at.look(record);
  const auto has_cname = [&](std::string_view server) {
    return std::ranges::any_of(here, [&](const testimony& each) {
      return each.name == server && each.counts && !each.said().answers(one.name, rr_type::cname).empty();
    });
  };
  for (const std::string& server : at.spokesmen()) {
    if (!has_cname(server)) continue;  // another one may be behind, with what stood there before
    for (const rr_type type : {rr_type::txt, rr_type::a}) {
      const testimony* said = co_await at.ask_at(server, one.name, type);
      if (said == nullptr || !said->counts) continue;
      const records beside = texts_of(said->said(), one.name, type);
      if (!beside.empty())
        co_return at.explained(diagnosis_code::cname_and_other_data, record,
                               {.observed = beside.front(), .server = said->server, .also = type_text(type)});
    }
  }
  co_return std::nullopt;
}

probing multiple_cname(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  const auto said = co_await at.look(record);
  const auto several = std::ranges::find_if(
      said, [&](const testimony& each) { return standing_at(each, one) == record_standing::several; });
  if (several == said.end()) co_return std::nullopt;
  co_return at.explained(
      diagnosis_code::multiple_cname, record,
      {.observed = target_of(several->said(), one.name, one.value), .server = several->server});
}

}  // namespace easydkim
