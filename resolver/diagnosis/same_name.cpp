#include "resolver/diagnosis/same_name.hpp"

#include <algorithm>
#include <array>

#include "resolver/message_name.hpp"

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

bool is_in_suffix(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() && name.ends_with(suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

/// What a wildcard gives to a record of ours: its text; nothing when none does. The label that nobody was
/// given shows it. In a zone that denies by NODATA whatever does not exist (RFC 9824) it has no record of any
/// type.
boost::asio::awaitable<std::optional<std::string>> made_up(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  const testimony* control = co_await at.ask_server(at.control_name(), rr_type::cname);
  const testimony* mine = co_await at.ask_server(one.name, rr_type::cname);
  if (control == nullptr || mine == nullptr) co_return std::nullopt;

  const std::string common = target_of(control->said(), at.control_name());
  const record_standing here = standing_at(*mine, one);
  if (!common.empty()) {
    const bool is_same = equal_ignoring_case(common, target_of(mine->said(), one.name));
    const bool answers_everything = here == record_standing::right && is_in_suffix(common, at.suffix());
    if (is_same || answers_everything) co_return common;
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
  const std::string beside = at.order().control_label + "." + at.domain();
  bool some = false;
  for (const rr_type type : {rr_type::cname, rr_type::a, rr_type::txt, rr_type::aaaa}) {
    const testimony* below = co_await at.ask_server(at.control_name(), type);
    if (below == nullptr) continue;
    const records there = texts_of(below->said(), at.control_name(), type);
    if (there.empty()) continue;
    some = true;
    const testimony* above = co_await at.ask_server(beside, type);
    if (above != nullptr && texts_of(above->said(), beside, type) == there) co_return "*." + at.domain();
    if (type == rr_type::cname) break;  // stands alone, so the other types would follow it
  }
  if (!some) co_return std::nullopt;
  co_return "*._domainkey." + at.domain();
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
  const testimony* mine = co_await at.ask_server(at.wanted(record).name, rr_type::cname);
  co_return at.explained(diagnosis_code::wildcard, record,
                         {.observed = *common, .server = mine->server, .also = name.value_or("")});
}

probing cname_and_other_data(examination& at, std::size_t record) {
  const published_record& one = at.wanted(record);
  co_await at.look(record);
  const testimony* mine = co_await at.ask_server(one.name, rr_type::cname);
  if (mine == nullptr || mine->said().answers(one.name, rr_type::cname).empty()) co_return std::nullopt;
  for (const rr_type type : {rr_type::txt, rr_type::a}) {
    const testimony* said = co_await at.ask_server(one.name, type);
    if (said == nullptr) continue;
    const records beside = texts_of(said->said(), one.name, type);
    if (!beside.empty())
      co_return at.explained(diagnosis_code::cname_and_other_data, record,
                             {.observed = beside.front(), .server = said->server, .also = type_text(type)});
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
