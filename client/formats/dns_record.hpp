// SPDX-License-Identifier: Apache-2.0
// A record that an owner must publish, as the daemon writes it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

namespace easydkim {

struct dns_record {
  std::string name;   // TOKEN._domainkey.example.com, _amazonses.example.com
  std::string type;   // CNAME, TXT
  std::string value;  // TOKEN.dkim.amazonses.com, or the text
};

/// The member `Records` of an answer. Throws `failure` (unreachable) when there are none.
std::vector<dns_record> records_of(const boost::json::object& answer);

/// The name with its last dot, so that nothing is appended to it.
std::string absolute_name(const dns_record& record);

/// The value with its last dot when it is a name; a text as it is.
std::string absolute_value(const dns_record& record);

}  // namespace easydkim
