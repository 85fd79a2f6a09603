// SPDX-License-Identifier: Apache-2.0
// The records of a domain, each with the place where its owner must put it.
//
// Most DNS panels append the apex of the zone to what is entered as host, and the apex is not always the
// domain: below it ("mail.example.com" in the zone "example.com"), or above it when "_domainkey" is
// delegated.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "client/formats/dns_record.hpp"

namespace easydkim {

/// The time to live of a record, in seconds: short enough to mend a mistake within the hour.
constexpr int record_ttl = 3600;

struct placed_record {
  dns_record record;
  std::string origin;      // the apex of the zone that holds it; the domain, when that is not known
  bool zone_known = true;  // `origin` is an apex
  std::string host;        // the name relative to `origin`; "@" for `origin` itself
};

struct record_sheet {
  std::string domain;                  // whose they are, as the daemon writes it
  std::vector<placed_record> records;  // those of one origin stand together
  std::vector<std::string> servers;    // the name servers of the zone; empty: not known
  std::string zone_above{};            // the zone that delegates that one; empty: none, or not known
};

/// The name of a record as it is entered in the zone above; empty where none is known, or does not hold it.
std::string host_above(const record_sheet& sheet, const dns_record& record);

/// Where the records of a domain go, as far as it is known.
struct record_place {
  std::string zone{};                  // the apex of the zone that holds the records; empty: not known
  std::string zone_above{};            // the zone that delegates it; empty: none, or not known
  std::vector<std::string> servers{};  // the names of its name servers
};

/// `domain`: as the daemon writes it.
record_sheet place_records(std::string domain, const std::vector<dns_record>& records,
                           const record_place& place);

/// The records of each origin.
std::vector<std::span<const placed_record>> by_origin(const record_sheet& sheet);

}  // namespace easydkim
