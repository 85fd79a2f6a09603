// SPDX-License-Identifier: Apache-2.0
// The formats of `easydkim records`: one table of words and forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/text/console.hpp"

namespace easydkim {

struct record_sheet;

enum class record_format {
  table,      // for a person
  zone,       // lines of a zone file
  json,       // an array of objects
  csv,        // comma-separated values
  route53,    // a change batch of Amazon Route 53
  terraform,  // resources for Route 53 or Cloudflare
  octodns,    // YAML
  nsupdate,   // a dynamic update
};

std::optional<record_format> record_format_from_string(std::string_view word) noexcept;

/// "table, zone, ... or nsupdate", for messages.
std::string record_format_words();

/// Writes the records, and on the standard error when hosts in them are not relative to a known zone.
void print_records(console& where, const record_sheet& sheet, record_format form);

}  // namespace easydkim
