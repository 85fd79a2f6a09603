// SPDX-License-Identifier: Apache-2.0
// Draws from a seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>

#include "core/time_point.hpp"

namespace easydkim::worlds {

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_{seed * 0x9E3779B97F4A7C15U + 1} {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  bool percent(std::size_t n) { return below(100) < n; }
  template <class value>
  value of(std::initializer_list<value> all) {
    return all.begin()[below(all.size())];
  }
  duration between(duration from, duration to) {
    return from + duration{static_cast<duration::rep>(
                      below(static_cast<std::size_t>(std::max<duration::rep>(1, (to - from).count()))))};
  }
  std::uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace easydkim::worlds
