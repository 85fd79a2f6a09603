// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/suffix_census.hpp"

#include <algorithm>

namespace easydkim {

void suffix_census::arrived(const identity_summary& each) {
  if (each.target_suffix.empty() || each.dkim.status == dkim_status::not_started) return;
  // Nearly all have the same text of the store.
  const auto known = std::ranges::find_if(
      rows_, [&](const row& of) { return of.suffix.data() == each.target_suffix.data(); });
  if (known != rows_.end())
    ++known->identities;
  else
    rows_.push_back({.suffix = each.target_suffix, .identities = 1, .first = each.id});
}

std::vector<suffix_census::row> suffix_census::unnamed(std::string_view issued_now,
                                                       std::span<const std::string> former) const {
  std::vector<row> found;
  std::ranges::copy_if(rows_, std::back_inserter(found), [&](const row& each) {
    return each.suffix != issued_now && std::ranges::find(former, each.suffix) == former.end();
  });
  return found;
}

}  // namespace easydkim
