// The records of an identity, in the forms that people paste and programs read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/client/console.hpp"
#include "daemon/client/json_members.hpp"

namespace easydkim {

enum class record_format {
  table,  // for a person
  zone,   // lines of a zone file (RFC 1035 section 5.1)
  json,   // an array of {Name, Type, Value}
  csv,    // RFC 4180, with the header name,type,value
};

std::optional<record_format> record_format_from_string(std::string_view word) noexcept;

struct dns_record {
  std::string name;   // TOKEN._domainkey.example.com, _amazonses.example.com
  std::string type;   // CNAME, TXT
  std::string value;  // TOKEN.dkim.amazonses.com, or the text
};

/// The member `Records` of an answer. Throws `failure` (unreachable) when there are none.
std::vector<dns_record> records_of(const json::object& answer);

/// Writes `records`. `domain`: whose they are, as the daemon writes it; for a remark on a terminal.
void print_records(console& where, const std::vector<dns_record>& records, record_format form,
                   std::string_view domain);

}  // namespace easydkim
