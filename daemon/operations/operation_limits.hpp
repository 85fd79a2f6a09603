// SPDX-License-Identifier: Apache-2.0
// The limits that an operator sets ([limits]).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace easydkim {

struct operation_limits {
  double verify_domain_dkim_per_second = 1;        // for each account; 0: no limit
  std::size_t identities_per_account = 0;          // 0: no limit
  double checks_per_second = 10;                   // for each control connection; 0: no limit
  std::vector<std::string> own_mailbox_domains{};  // that may be verified all the same
  bool private_suffixes = false;                   // whether "github.io" itself may be
};

}  // namespace easydkim
