// SPDX-License-Identifier: Apache-2.0
// The records of a small DNS zone, and what an honest server says of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/support/dns_message.hpp"

namespace easydkim::tests {

/// CNAMEs and DNAMEs by owner; owners may begin with "*". Names are in lower case.
class scripted_zone {
 public:
  enum class kind { cname, dname, other };  // other: the name exists, without a CNAME
  struct entry {
    kind type;
    std::string target;
  };

  void add(std::string_view name, kind type, std::string_view target);

  /// Reads lines "name CNAME target", "name DNAME target" or "name TXT anything"; '#' begins a comment.
  /// Throws std::runtime_error for any other line.
  static scripted_zone parse(std::string_view text);

  /// As an authoritative server answers: the record, NODATA or NXDOMAIN with the SOA.
  dns_reply answer(const dns_query& query) const;

 private:
  bool exists(const std::string& name) const;
  std::multimap<std::string, entry> entries_;
};

}  // namespace easydkim::tests
