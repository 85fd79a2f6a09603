// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/trial.hpp"

#include <exception>

#include "tests/worlds/generator.hpp"
#include "tests/worlds/promises.hpp"
#include "tests/worlds/second_identity.hpp"
#include "tests/worlds/story.hpp"
#include "tests/worlds/walk.hpp"

namespace easydkim::worlds {
namespace {

verdict_of_trial lived(world& in, const promises& oracle, std::vector<std::string>* lines) {
  verdict_of_trial result;
  result.seed = in.seed;
  result.kind = in.kind;
  result.was_guarded = oracle.guards_success() || oracle.guards_loss() || !oracle.duties().empty();
  simulated_time time;
  network net{in, time};
  net.write_into(lines);
  walk way{in, net, time};
  second_identity other{{.in = in,
                         .net = net,
                         .time = time,
                         .look = [&](look_order order) { return way.look(std::move(order)); },
                         .lines = lines}};
  const life_parts parts{.in = in,
                         .net = net,
                         .time = time,
                         .look = [&](look_order order) { return other.look(std::move(order)); },
                         .goes_on =
                             [&](const status_change& change) {
                               result.broken = oracle.broken_by(change);
                               return !result.broken.has_value();
                             },
                         .before_check = [&] { return other.before_check(); },
                         .lines = lines};
  try {
    time.run([&] { return live(parts, result.life); });
    if (!result.broken) result.broken = oracle.broken_by(result.life);
    if (!result.broken && net.leading_question())
      result.broken =
          "the resolver was led: it was asked for [" + *net.leading_question() + "] before it confirmed";
  } catch (const std::exception& thrown) {
    result.broken = std::string{"thrown: "} + thrown.what();
  }
  return result;
}

}  // namespace

verdict_of_trial tried(std::uint64_t seed) {
  const auto in = world_of(seed);
  const promises oracle{*in};
  return lived(*in, oracle, nullptr);
}

std::string story_of(std::uint64_t seed, std::size_t most_lines) {
  const auto in = world_of(seed);
  const promises oracle{*in};
  std::vector<std::string> lines;
  const verdict_of_trial result = lived(*in, oracle, &lines);
  return description(*in, oracle) + story(result.life, lines, most_lines) + "  " +
         (result.broken ? "BROKEN: " + *result.broken : std::string{"held"}) + "\n";
}

}  // namespace easydkim::worlds
