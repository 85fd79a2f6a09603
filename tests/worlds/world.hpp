// SPDX-License-Identifier: Apache-2.0
// A world: a domain with its parents, servers, providers and enemies, and what becomes of them in time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/policy.hpp"
#include "core/token.hpp"
#include "tests/worlds/internet.hpp"
#include "tests/worlds/recursion.hpp"

namespace easydkim::worlds {

inline constexpr std::string_view suffix = "dkim.example.net";

/// What a server by name is.
enum class role : std::uint8_t {
  right,    // holds what the owner publishes, sooner or later; may be silenced by others
  faulty,   // honest, and of no use
  old,      // holds what was true once
  hostile,  // says what its holder likes
};
std::string_view to_string(role of) noexcept;

struct named_server {
  role is = role::right;
  std::vector<std::string> addresses;  // none: its name has none
  std::string description{};           // of a faulty one: why, for the story
};

/// A zone on the way from the top-level domain to the records, as its honest servers give it.
struct level {
  std::string apex;
  std::vector<std::string> by_parent;  // names, sorted
  std::vector<std::string> by_zone;

  std::vector<std::string> all() const;
};

/// What is true from a moment on.
struct truth {
  duration from{0};
  std::vector<level> levels;  // the last one holds the records; none: the domain does not exist
};

struct parent {
  std::size_t machine;
  role is = role::right;
};

/// A second identity: a domain of an enemy's own, which he has us verify beside the victim's.
struct enemy_domain {
  std::string registrable;
  std::string domain;
  token_set tokens{};
  std::vector<std::string> by_parent{};                       // names of its servers, whoever's they are
  std::vector<std::pair<std::string, std::string>> glue{};    // names of his own, and where they are
  std::size_t checks_in_hundred = 0;                          // checks of the victim
};

struct world {
  std::uint64_t seed = 0;
  std::string kind;  // "honest", "false success", "taken away"
  std::string domain;
  std::string registrable;
  token_set tokens{};
  policy rules{};
  duration end{0};
  internet net;
  recursion resolver;
  std::vector<truth> truths;
  std::vector<level> providers;  // zones that hold names of servers
  std::map<std::string, named_server> servers;
  std::vector<parent> parents;
  std::optional<enemy_domain> enemy;
  std::vector<duration> checks;    // moments at which somebody asks for a check
  std::vector<std::string> notes;  // for the story: what the owner does and when
  duration published_at{-1};       // at all right servers, for the last time; negative: never
  duration removed_at{-1};         // at the first of them

  explicit world(std::uint64_t of) : seed{of}, resolver{net, of} {}
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  const truth& true_at(duration now) const;
  std::string record_name(std::size_t index) const { return tokens[index].text() + "._domainkey." + domain; }
  std::string record_value(std::size_t index) const {
    return tokens[index].text() + "." + std::string{suffix};
  }
};

}  // namespace easydkim::worlds
