// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/check_notes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

/// The reply of a lookup, as it was kept.
server_reply reply_of(const lookup& request) {
  server_reply reply;
  reply.asked = request.state.question;
  reply.over = request.state.over;
  if (request.seen.reason == finding_reason::timeout) reply.what = server_reply::outcome::timed_out;
  if (request.seen.reason == finding_reason::unreadable) reply.what = server_reply::outcome::unreadable;
  if (request.reply.empty()) return reply;
  reply.what = server_reply::outcome::arrived;
  reply.content = read_reply(request.reply, request.state.question);
  return reply;
}

bool is_published(const record_sighting& where) {
  return std::ranges::find(where.published, finding_kind::found, &server_sighting::has) !=
         where.published.end();
}

}  // namespace

observation& check_notes::news() {
  if (!news_) news_ = std::make_unique<observation>();
  return *news_;
}

const observation& check_notes::seen() const noexcept {
  static const observation nothing{};
  return news_ ? *news_ : nothing;
}

record_sighting& check_notes::sighting(std::size_t record) {
  std::optional<record_sighting>& there = news().records[record_slot(which_, record)];
  if (!there) there.emplace();
  return *there;
}

void check_notes::of_zone(std::size_t record, const record_look& seen, time_point at) {
  std::vector<answer_seen>& answers = news().answers;
  answers.insert(answers.end(), seen.answers.begin(), seen.answers.end());
  if (seen.searched.what == zone_search::outcome::found) news().zone = seen_of(seen.searched.where);
  if (seen.was_asked) sighting(record).published = seen.where.published;
  const bool ended_early = seen.searched.what == zone_search::outcome::unreachable ||
                           seen.searched.what == zone_search::outcome::not_askable;
  if (seen.was_asked || !ended_early) return;
  std::vector<answer_seen> failures = failures_of(seen.searched, at);
  std::ranges::move(failures, std::back_inserter(answers));
  sighting(record).published = silent_servers_of(seen.searched);
}

void check_notes::of_resolver(const resolver_word& said) {
  const lookup& request = said.request;
  if (request.known == nullptr || request.seen == *request.known) return;
  const published_record wanted = records_of(subject_, which_, naming_)[said.record];
  const server_reply reply = reply_of(request);
  news().answers.push_back(as_evidence(
      {.name = wanted.name, .type = type_of(which_), .server = said.asked.server_of(request), .at = said.at},
      reply));
  if (request.seen.kind == finding_kind::no_answer) return;

  record_sighting& where = sighting(said.record);
  if (where.visible == record_sighting::visibility::hidden) return;  // for one of several that confirm
  const bool shown = request.seen.kind == finding_kind::found;
  where.visible = shown ? record_sighting::visibility::visible : record_sighting::visibility::hidden;
  where.visible_at.reset();
  if (shown || !is_published(where)) return;
  where.visible_at = said.at + std::chrono::seconds{news().answers.back().ttl};
}

void check_notes::confirmed(std::size_t record) {
  record_sighting& where = sighting(record);
  where.visible = record_sighting::visibility::visible;
  where.visible_at.reset();
}

void check_notes::add(observation&& more) {
  observation& to = news();
  to.answers.insert(to.answers.end(), more.answers.begin(), more.answers.end());
  if (more.zone) to.zone = std::move(more.zone);
  for (std::size_t i = 0; i < most_records; ++i)
    if (std::optional<record_sighting>& seen = more.records[i]) {
      // A diagnosis that does not ask the resolver takes nothing back of what the check saw there.
      if (seen->visible == record_sighting::visibility::unknown && to.records[i]) {
        seen->visible = to.records[i]->visible;
        seen->visible_at = to.records[i]->visible_at;
      }
      to.records[i] = std::move(seen);
    }
  if (more.diagnosed) to.diagnosed = std::move(more.diagnosed);
}

}  // namespace easydkim
