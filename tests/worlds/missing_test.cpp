// SPDX-License-Identifier: Apache-2.0
// A server that is missing is neither for nor against, in whichever way it is missing (trust rule T5).
#include <gtest/gtest.h>

#include <functional>

#include "tests/worlds/life.hpp"
#include "tests/worlds/plain_world.hpp"
#include "tests/worlds/walk.hpp"

namespace easydkim::worlds {
namespace {

using namespace std::chrono_literals;
using enum dkim_status;

struct way_to_be_missing {
  std::string_view name;
  manner how = manner::answers;
  plain_server::place at = plain_server::place::known;
  enum class courtesy : std::uint8_t { none, rests, busy } because = courtesy::none;
};

constexpr std::array ways{
    way_to_be_missing{.name = "silent", .how = manner::silent},
    way_to_be_missing{.name = "no route", .how = manner::no_route},
    way_to_be_missing{.name = "REFUSED", .how = manner::refused},
    way_to_be_missing{.name = "SERVFAIL", .how = manner::servfail},
    way_to_be_missing{.name = "AA=0", .how = manner::no_authority},
    way_to_be_missing{.name = "lame", .how = manner::upward},
    way_to_be_missing{.name = "unreadable", .how = manner::unreadable},
    way_to_be_missing{.name = "truncated without TCP", .how = manner::truncated_everywhere},
    way_to_be_missing{.name = "no address", .at = plain_server::place::no_address},
    way_to_be_missing{.name = "private address", .at = plain_server::place::private_address},
    way_to_be_missing{.name = "a name with a CNAME", .at = plain_server::place::alias},
    way_to_be_missing{.name = "resting", .because = way_to_be_missing::courtesy::rests},
    way_to_be_missing{.name = "busy", .because = way_to_be_missing::courtesy::busy},
};

struct situation {
  std::string_view name;
  std::size_t with_records;
  std::size_t denying;
  std::size_t missing;
  duration since;                    // before, all have the records
  std::vector<dkim_status> becomes;  // after Pending
};

const std::vector<situation> situations{
    {"one of two has the records", 1, 0, 1, 0s, {}},
    {"two of three have the records", 2, 0, 1, 0s, {success}},
    {"two of five have the records", 2, 0, 3, 0s, {success}},
    {"one of three has the records", 1, 0, 2, 0s, {}},
    {"one of two denies them", 0, 1, 1, 0s, {}},
    {"one of three denies them", 0, 1, 2, 0s, {}},
    {"two of four deny them", 0, 2, 2, 0s, {}},
    {"two of three deny them", 0, 2, 1, 0s, {failed}},
    {"one of two is left of a verified zone", 1, 0, 1, 30min, {success}},
    {"one of two denies what was verified", 0, 1, 1, 30min, {success}},
    {"two of three deny what was verified", 0, 2, 1, 30min, {success, temporary_failure, failed}},
    {"two of four deny what was verified", 0, 2, 2, 30min, {success}},
};

std::vector<dkim_status> lived(const situation& in, const way_to_be_missing& way, bool third_parent_lies = false) {
  plain_order order{.servers = {}, .changes_at = in.since, .third_parent_lies = third_parent_lies};
  for (std::size_t i = 0; i < in.with_records; ++i) order.servers.push_back({});
  for (std::size_t i = 0; i < in.denying; ++i)
    order.servers.push_back({.holds = plain_server::state::denies});
  for (std::size_t i = 0; i < in.missing; ++i) order.servers.push_back({.at = way.at, .then = way.how});
  const auto world = plain_world(order);
  simulated_time time;
  network net{*world, time};
  walk product{*world, net, time};
  const auto keep_away = [&] {
    for (std::size_t i = order.servers.size() - in.missing; i < order.servers.size(); ++i) {
      const server_address one{boost::asio::ip::make_address("45.77.1." + std::to_string(i + 1))};
      if (time.now() < in.since) continue;
      if (way.because == way_to_be_missing::courtesy::rests)
        for (int n = 0; n < 20; ++n) product.courtesy().lame(one, "example.com", time.steady());
      if (way.because == way_to_be_missing::courtesy::busy)
        for (int n = 0; n < 4; ++n) product.courtesy().asked(one, time.steady());
    }
  };
  biography life;
  const life_parts parts{.in = *world,
                         .net = net,
                         .time = time,
                         .look =
                             [&](look_order order_of_look) {
                               keep_away();
                               return product.look(std::move(order_of_look));
                             },
                         .goes_on = [](const status_change&) { return true; }};
  time.run([&] { return live(parts, life); });
  std::vector<dkim_status> became;
  for (const status_change& each : life.changes) became.push_back(each.to);
  return became;
}

std::string words(const std::vector<dkim_status>& all) {
  std::string text = "Pending";
  for (const dkim_status each : all) text += ", " + std::string{to_string(each)};
  return text;
}

TEST(missing_servers, are_neither_for_nor_against_in_whichever_way_they_are_missing) {
  for (const situation& in : situations)
    for (const way_to_be_missing& way : ways)
      EXPECT_EQ(words(lived(in, way)), words(in.becomes))
          << in.name << ", the others are missing: " << way.name;
}

TEST(missing_servers, that_have_no_address_to_ask_are_not_found_where_one_of_three_parents_says) {
  for (const situation& in : situations)
    for (const way_to_be_missing& way : ways) {
      if (way.at != plain_server::place::private_address) continue;
      EXPECT_EQ(words(lived(in, way, true)), words(in.becomes)) << in.name;
    }
}

}  // namespace
}  // namespace easydkim::worlds
