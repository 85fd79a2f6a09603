// SPDX-License-Identifier: Apache-2.0
// Values by text, at most so many: room for a new one is made by what was not used for the longest time.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace easydkim {

/// Not thread-safe. A reference to a value lives until the next `at` or `erase`.
template <class value>
class bounded_cache {
 public:
  /// `most`: values; at least one.
  explicit bounded_cache(std::size_t most) : most_{most < 1 ? 1 : most} {}

  /// The value of `key`, which counts as used now; null without.
  value* find(std::string_view key) {
    const auto at = places_.find(key);
    if (at == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, at->second);
    return &at->second->second;
  }

  /// The value of `key`, which counts as used now; a new one when there was none.
  value& at(std::string_view key) {
    if (value* known = find(key)) return *known;
    if (entries_.size() >= most_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(std::string{key}, value{});
    places_.emplace(entries_.front().first, entries_.begin());  // a view of the key where it stays
    return entries_.front().second;
  }

  void erase(std::string_view key) {
    const auto at = places_.find(key);
    if (at == places_.end()) return;
    const auto place = at->second;
    places_.erase(at);
    entries_.erase(place);
  }

  std::size_t size() const noexcept { return entries_.size(); }

 private:
  using entry = std::pair<const std::string, value>;

  std::size_t most_;
  std::list<entry> entries_;  // the one that was used last first
  std::unordered_map<std::string_view, typename std::list<entry>::iterator> places_;
};

}  // namespace easydkim
