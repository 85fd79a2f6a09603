// SPDX-License-Identifier: Apache-2.0
// Work for a disk that fails: a first start and some groups of changes, the same every time, and what a store
// must hold after each of them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/observations.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim::tests {

inline constexpr std::size_t groups_of_story = 10;
inline constexpr std::uint64_t size_of_story = 16 * mebibyte;

/// Everything in a store, found in every way; throws std::runtime_error when the ways differ.
struct store_content {
  std::map<identity_id, identity> identities;
  std::map<identity_id, evidence> seen;

  bool operator==(const store_content&) const = default;
};

inline store_content content_of(const identity_store& store) {
  store_content all;
  store.each([&](const identity& each) {
    if (store.load(each.id) != each || store.find(each.account, each.domain) != each)
      throw std::runtime_error{"identity " + std::to_string(each.id) + " is not found in every way"};
    all.identities.emplace(each.id, each);
    all.seen.emplace(each.id, *store.evidence_of(each.id));
  });
  return all;
}

/// Group `number` of the story: three that are new, one that changes, one with evidence, one that goes.
inline result<void> tell_group(identity_store& store, std::size_t number) {
  write_group group{store};
  for (std::size_t i = 3 * number; i < 3 * number + 3; ++i)
    if (const auto added = group.insert(fresh(name_of(i), "default", i)); !added) return added.error();
  if (number == 0) return group.commit();
  const auto named = [&](std::size_t each) { return group.find("default", domain(name_of(each))); };
  if (std::optional<identity> changed = named(3 * number - 1)) {
    changed->dkim_enabled = false;
    if (const auto done = group.update(*changed); !done) return done;
    if (const auto done = group.keep_evidence(
            changed->id, merge_evidence({.before = {}, .news = sample_observation()}).value());
        !done)
      return done;
  }
  if (const std::optional<identity> gone = named(3 * number - 3))
    if (const auto done = group.erase(*gone, {}); !done) return done;
  return group.commit();
}

/// What the store holds after 0, 1, ... groups, as a disk without faults keeps it.
inline const std::vector<store_content>& chapters() {
  static const std::vector<store_content> all = [] {
    const scratch_directory directory;
    identity_store store{directory.store(), size_of_story};
    std::vector<store_content> told{content_of(store)};
    for (std::size_t i = 0; i < groups_of_story; ++i) {
      tell_group(store, i).value();
      told.push_back(content_of(store));
    }
    return told;
  }();
  return all;
}

}  // namespace easydkim::tests
