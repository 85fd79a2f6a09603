// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/session/testimony.hpp"

#include <algorithm>

#include "core/diagnosis/server_failure.hpp"
#include "resolver/wire/message_name.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

/// NOERROR or NXDOMAIN, whole, and of one whom we asked: all else says nothing of the name.
bool is_word_on_the_name(const server_reply& reply) {
  if (!reply.has_content()) return false;
  const dns_reply& said = *reply.content;
  const bool may_be_forged = !said.kept_case && reply.over == cares_channel::transport::udp;
  return (said.rcode == 0 || said.rcode == 3) && !said.truncated && !said.is_referral() && !may_be_forged;
}

record_standing standing_by_cname(const dns_reply& said, const published_record& wanted) {
  if (std::ranges::any_of(said.answer, [](const auto& each) { return each.type == rr_type::dname; }))
    return record_standing::redirected;
  const auto cnames = said.answers(wanted.name, rr_type::cname);
  if (cnames.size() > 1) return record_standing::several;
  if (cnames.size() == 1)
    return equal_ignoring_case(cnames.front()->text, wanted.value) ? record_standing::right
                                                                   : record_standing::other;
  return said.says_no_such_name() ? record_standing::no_such_name : record_standing::no_such_type;
}

record_standing standing_by_txt(const dns_reply& said, const published_record& wanted) {
  if (std::ranges::any_of(said.answer, [](const auto& each) { return each.type == rr_type::dname; }))
    return record_standing::redirected;
  const auto texts = said.answers(wanted.name, rr_type::txt);
  if (std::ranges::any_of(texts, [&](const auto* each) { return each->text == wanted.value; }))
    return record_standing::right;
  if (!texts.empty() || !said.answers(wanted.name, rr_type::cname).empty()) return record_standing::other;
  return said.says_no_such_name() ? record_standing::no_such_name : record_standing::no_such_type;
}

}  // namespace

testimony of_server(server_answer answer, std::string_view asked_for) {
  testimony made{
      .server = answer.server(), .name = answer.name, .address = answer.address.address.to_string()};
  made.was_asked = answer.was_asked();
  made.is_busy = !made.was_asked && !answer.is_resting;
  made.last_failure = std::move(answer.last_failure);
  made.counts = !answer.is_lame && is_word_on_the_name(answer.reply) && answer.reply.content->authoritative;
  made.reply = std::move(answer.reply);
  if (made.reply.has_content() && made.reply.content->is_referral())
    for (const resource_record& each : made.reply.content->authority)
      if (each.type == rr_type::ns && each.owner == asked_for) made.delegated_to.push_back(each.text);
  return made;
}

std::string words_of_rest(std::string last_failure) {
  answer_seen last;
  last.rcode = std::move(last_failure);
  std::string words = failure_words(last);
  return words.empty() ? "gave no answer for it before" : words;
}

std::string failure_of(const testimony& at) {
  if (at.counts || !at.delegated_to.empty()) return {};
  if (!at.was_asked) return words_of_rest(at.last_failure);
  const answer_seen seen =
      as_evidence({.name = at.name, .type = rr_type::soa, .server = at.server}, at.reply);
  std::string words = failure_words(seen);
  return words.empty() ? "gives no answer that counts" : words;
}

testimony of_resolver(server_reply reply) {
  testimony made{
      .server = "resolver", .name = {}, .address = reply.from ? reply.from->to_string() : std::string{}};
  made.counts = is_word_on_the_name(reply);
  made.reply = std::move(reply);
  return made;
}

record_standing standing_at(const testimony& at, const published_record& wanted) {
  if (!at.delegated_to.empty()) return record_standing::delegated;
  if (!at.counts) return record_standing::no_answer;
  const record_standing by_what_is_here =
      wanted.of == proof::dkim ? standing_by_cname(at.said(), wanted) : standing_by_txt(at.said(), wanted);
  // What was left out of a reply may be the record.
  const bool may_be_there = is_absent(by_what_is_here) || by_what_is_here == record_standing::other;
  return at.said().is_partial && may_be_there ? record_standing::no_answer : by_what_is_here;
}

std::string target_of(const dns_reply& said, std::string_view name, std::string_view value) {
  const auto cnames = said.answers(name, rr_type::cname);
  if (cnames.empty()) return {};
  const auto wrong =
      std::ranges::find_if(cnames, [&](const auto* each) { return !equal_ignoring_case(each->text, value); });
  return (wrong == cnames.end() ? cnames.front() : *wrong)->text;
}

server_count count_of(std::span<const testimony> said, const published_record& wanted) {
  server_count counted;
  for (const testimony& each : said) {
    const record_standing at = standing_at(each, wanted);
    if (at == record_standing::no_answer)
      ++counted.silent;
    else if (at == record_standing::right)
      ++counted.right;
    else if (is_absent(at))
      ++counted.absent;
    else
      ++counted.wrong;
  }
  return counted;
}

}  // namespace easydkim
