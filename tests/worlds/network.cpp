// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/network.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {

namespace asio = boost::asio;

const server_address network::resolver_address{boost::asio::ip::make_address("9.9.9.9")};

std::string stamp(duration at) {
  std::array<char, 32> text{};
  const long long all = at.count() / 1000;
  std::snprintf(text.data(), text.size(), "[%3lld:%02lld:%02lld] ", all / 3600, all / 60 % 60, all % 60);
  return text.data();
}

void network::random(std::span<std::uint8_t> portion) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < portion.size(); ++i, bits >>= 8) {
    if (i % 8 == 0) bits = random_();
    portion[i] = static_cast<std::uint8_t>(bits);
  }
}

asio::awaitable<server_reply> network::ask(server_question what) {
  server_reply result = co_await ask_once(what);
  const bool again = result.has_content() && (!result.content->kept_case || result.content->truncated) &&
                     what.over == cares_channel::transport::udp;
  if (!again) co_return result;
  what.over = cares_channel::transport::tcp;
  co_return co_await ask_once(what);
}

asio::awaitable<server_reply> network::ask_once(const server_question& what) {
  ++questions_;
  std::array<std::uint8_t, dns_question::random_octets> bits{};
  random(bits);
  server_reply result;
  result.over = what.over;
  result.asked = what.name == "." ? dns_question{{}, what.type, bits, what.manner}
                                  : dns_question{{what.name}, what.type, bits, what.manner};
  if (what.server == resolver_address) {
    if (!leading_ && unwatched_ == 0 && is_at_or_below(what.name, world_.registrable))
      leading_ = type_text(what.type) + " " + what.name;
    if (const auto question = asked_question::read(result.asked.bytes())) {
      result.what = server_reply::outcome::arrived;
      result.message = world_.resolver.asked(*question, time_.now());
    }
  } else {
    const over way = what.over == cares_channel::transport::tcp ? over::tcp : over::udp;
    reaction back = world_.net.asked(what.server, result.asked.bytes(), way, time_.now());
    if (back.what == reaction::kind::arrived) result.what = server_reply::outcome::arrived;
    result.message = std::move(back.message);
    if (back.what == reaction::kind::silence) {
      result.what = server_reply::outcome::timed_out;
      co_await time_.pause(time_out);
    }
  }
  if (result.what == server_reply::outcome::arrived)
    result.content = read_reply(result.message, result.asked);
  if (lines_ != nullptr) write(what, result);
  co_return result;
}

void network::write(const server_question& what, const server_reply& result) {
  const machine* one = world_.net.find(what.server.address.to_string());
  std::string line = stamp(time_.now()) + (what.server == resolver_address ? "resolver"
                                           : one != nullptr                ? one->name
                                                                           : "nobody");
  line += " (" + what.server.address.to_string() + ") " + type_text(what.type) + " " + what.name + ": ";
  if (!result.has_content()) {
    line += result.what == server_reply::outcome::timed_out     ? "silence"
            : result.what == server_reply::outcome::unreachable ? "no route"
                                                                : "unreadable";
  } else {
    const dns_reply& content = *result.content;
    line += rcode_text(content.rcode);
    if (content.authoritative) line += " AA";
    if (content.truncated) line += " TC";
    const auto add = [&](const char* section, const std::vector<resource_record>& records) {
      if (records.empty()) return;
      line += std::string{"; "} + section;
      std::size_t shown = 0;
      for (const resource_record& each : records) {
        if (shown++ == 8) break;
        line += " " + each.owner + " " + type_text(each.type) + " " + each.text + ",";
      }
      line.pop_back();
    };
    add("answer", content.answer);
    add("authority", content.authority);
    add("additional", content.additional);
  }
  lines_->push_back(std::move(line));
}

finding network::look_up(std::string_view label, const expectation& expected) {
  ++questions_;
  std::array<std::uint8_t, dns_question::random_octets> bits{};
  random(bits);
  const dns_question asked{{label, "_domainkey", world_.domain}, rr_type::cname, bits};
  const auto question = asked_question::read(asked.bytes());
  const octets reply = world_.resolver.asked(*question, time_.now());
  finding shown = read_answer(reply, asked, expected);
  if (lines_ != nullptr)
    lines_->push_back(stamp(time_.now()) + "resolver, to confirm, CNAME " + question->name + ": " +
                      std::string{to_string(shown.kind)} + " " + std::string{to_string(shown.reason)} + " " +
                      shown.observed);
  return shown;
}

}  // namespace easydkim::worlds
