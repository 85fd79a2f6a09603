// SPDX-License-Identifier: Apache-2.0
// Text for people: an identity object of the control socket.
#pragma once

#include <cstddef>
#include <string>

#include "client/connection/json_members.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// How many of the records were found.
struct records_seen {
  std::size_t found = 0;
  std::size_t all = 0;
};
enum class which_records { all, of_dkim };
records_seen count_records(const json::object& identity, which_records which);

/// "1 of 3 records in place".
std::string in_place_text(const json::object& identity, which_records which);

/// "2026-11-23T07:51:11Z (in 3 days)"; "never" when there is no time.
std::string time_text(const std::string& rfc3339, time_point now);

/// Status, signing, times, and each record with what was seen.
void print_identity(console& where, const json::object& identity);

/// The explanations of the records that are not in place, one a line.
void print_explanations(console& where, const json::object& identity);

}  // namespace easydkim
