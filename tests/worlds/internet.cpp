// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/internet.hpp"

#include <array>
#include <boost/asio/ip/address_v4.hpp>
#include <stdexcept>

namespace easydkim::worlds {
namespace {

constexpr std::array<std::string_view, 12> manners{
    "answers",       "silent", "no route",           "REFUSED",
    "SERVFAIL",      "AA=0",   "truncated",          "truncated, no TCP",
    "small letters", "huge",   "refers to the root", "unreadable"};

constexpr std::size_t records_of_a_huge_answer = 300;

std::uint32_t number_of(std::string_view address) {
  return boost::asio::ip::make_address_v4(std::string{address}).to_uint();
}

const conduct& turn_of(const machine& one, const phase& now_so, rr_type type, duration now) {
  const std::size_t ways = now_so.by_turns.size();
  switch (now_so.change) {
    case phase::turns::question:
      return now_so.by_turns[one.questions * 2654435761U / 65536U % ways];
    case phase::turns::type:
      return now_so.by_turns[type == rr_type::soa || type == rr_type::ns ? 0 : ways - 1];
    case phase::turns::minute:
      break;
  }
  return now_so.by_turns[static_cast<std::size_t>(now / std::chrono::minutes{1}) % ways];
}

}  // namespace

std::string_view to_string(manner how) noexcept {
  return manners[static_cast<std::size_t>(how)];
}

const phase& machine::at(duration now) const {
  const phase* present = &phases.front();
  for (const phase& each : phases)
    if (each.from <= now) present = &each;
  return *present;
}

internet::internet() : root_{ns_of(".", "a.root.test", 3600)} {
  for (std::size_t i = 0; i < records_of_a_huge_answer; ++i)
    filler_.push_back(txt_of("huge.test", "nothing that anybody asked for", 60));
}

zone_content& internet::new_zone(std::string apex, std::string_view primary, std::uint32_t ttl) {
  return zones_.emplace_back(std::move(apex), primary, ttl);
}

const held_zones* internet::new_view(held_zones zones) {
  return &views_.emplace_back(std::move(zones));
}

std::size_t internet::add(machine one) {
  if (!by_address_.emplace(number_of(one.address), machines_.size()).second)
    throw std::logic_error{"two machines at " + one.address};
  machines_.push_back(std::move(one));
  return machines_.size() - 1;
}

const machine* internet::find(std::string_view address) const {
  const auto at = by_address_.find(number_of(address));
  return at == by_address_.end() ? nullptr : &machines_[at->second];
}

std::optional<answer> internet::treated(const conduct& by, std::string_view name, rr_type type,
                                        over way) const {
  constexpr unsigned rcode_servfail = 2;
  constexpr unsigned rcode_refused = 5;
  answer reply;
  switch (by.how) {
    case manner::silent:
    case manner::no_route:
      return std::nullopt;
    case manner::refused:
      reply.rcode = rcode_refused;
      return reply;
    case manner::servfail:
      reply.rcode = rcode_servfail;
      return reply;
    case manner::upward:
      reply.authority.push_back(&root_);
      return reply;
    case manner::truncated_everywhere:
      if (way == over::tcp) return std::nullopt;
      reply.truncated = true;
      return reply;
    case manner::answers:
    case manner::no_authority:
    case manner::truncated:
    case manner::small_letters:
    case manner::huge:
    case manner::unreadable:
      break;
  }
  if (by.holds == nullptr) return std::nullopt;
  reply = answered_from(*by.holds, name, type);
  if (by.how == manner::no_authority) reply.authoritative = false;
  reply.is_cut_short = by.how == manner::unreadable;
  if (by.how == manner::truncated) reply.truncated = way == over::udp;
  if (by.how == manner::small_letters) reply.lowers_case = way == over::udp;
  if (by.how == manner::huge)
    for (const record& each : filler_) reply.additional.push_back(&each);
  return reply;
}

std::optional<answer> internet::asked(machine& one, std::string_view name, rr_type type, over way,
                                      duration now) const {
  ++one.questions;
  return treated(turn_of(one, one.at(now), type, now), name, type, way);
}

std::optional<answer> internet::asked(std::string_view address, std::string_view name, rr_type type, over way,
                                      duration now) {
  const auto at = by_address_.find(number_of(address));
  if (at == by_address_.end()) return std::nullopt;
  return asked(machines_[at->second], name, type, way, now);
}

reaction internet::asked(const server_address& server, std::span<const std::uint8_t> question, over way,
                         duration now) {
  const auto what = asked_question::read(question);
  if (!what || !server.address.is_v4()) return {};
  const auto at = by_address_.find(server.address.to_v4().to_uint());
  if (at == by_address_.end()) return {};
  machine& one = machines_[at->second];
  if (one.at(now).by_turns.front().how == manner::no_route) return {.what = reaction::kind::no_route};
  const auto reply = asked(one, what->name, what->type, way, now);
  if (!reply) return {};
  reaction back{.what = reaction::kind::arrived, .message = reply->message(*what)};
  if (reply->is_cut_short) back.message.resize(back.message.size() - 5);
  return back;
}

}  // namespace easydkim::worlds
