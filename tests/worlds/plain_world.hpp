// SPDX-License-Identifier: Apache-2.0
// A small world by hand: example.com with servers of which some are missing, each in a way of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

struct plain_server {
  enum class state : std::uint8_t { has_records, denies } holds = state::has_records;
  enum class place : std::uint8_t { known, no_address, private_address, alias } at = place::known;
  manner then = manner::answers;  // from `changes_at` of the order on; right before
};

struct plain_order {
  std::vector<plain_server> servers;
  duration changes_at{0};  // before it every server answers and has the records, if it has an address
  bool third_parent_lies = false;  // gives servers that are not `known` the address of one that denies all
};

/// ns1.example.com, ns2.example.com, ... with glue; two honest parents. Window and rechecks are short.
std::unique_ptr<world> plain_world(const plain_order& order);

}  // namespace easydkim::worlds
