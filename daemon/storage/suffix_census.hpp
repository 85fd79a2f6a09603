// SPDX-License-Identifier: Apache-2.0
// Counts the identities of each target suffix, to find those that were issued with one which the operator no
// longer names.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity_summary.hpp"

namespace easydkim {

class suffix_census {
 public:
  /// Identities that were issued with one suffix, and the first of them.
  struct row {
    std::string_view suffix;
    std::size_t identities;
    identity_id first;
  };

  /// A few nanoseconds. The suffix must outlive the census. One that never asked for DKIM counts for nothing.
  void arrived(const identity_summary& each);

  /// Those of neither `issued_now` nor `former`.
  std::vector<row> unnamed(std::string_view issued_now, std::span<const std::string> former) const;

 private:
  std::vector<row> rows_;
};

}  // namespace easydkim
