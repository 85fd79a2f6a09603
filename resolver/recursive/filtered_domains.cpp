// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/filtered_domains.hpp"

#include <utility>

namespace easydkim {

void filtered_domains::denied(const std::string& domain, std::string what, steady_time now) {
  shown(domain);
  if (all_.size() == most) all_.erase(all_.begin());
  all_.push_back({domain, std::move(what), now});
}

void filtered_domains::shown(const std::string& domain) {
  std::erase_if(all_, [&](const entry& each) { return each.domain == domain; });
}

std::optional<std::string> filtered_domains::summary(steady_time now) {
  std::erase_if(all_, [&](const entry& each) { return now - each.at >= holds_for; });
  if (all_.empty()) return std::nullopt;
  std::string text = all_.back().what;
  if (all_.size() > 1) text += "; and of " + std::to_string(all_.size() - 1) + " more domains";
  return text;
}

}  // namespace easydkim
