// The forms in which the records of a domain are printed. Each is quoted as its readers need it: no text of
// the daemon ends a line, a string or a field.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// The time to live of a record, in seconds: short enough to mend a mistake within the hour.
constexpr int record_ttl = 3600;

void print_table(console& where, const record_sheet& sheet);      // for a person
void print_zone(console& where, const record_sheet& sheet);       // a zone file (RFC 1035 section 5.1)
void print_json(console& where, const record_sheet& sheet);       // an array of objects
void print_csv(console& where, const record_sheet& sheet);        // RFC 4180, with a header
void print_route53(console& where, const record_sheet& sheet);    // a change batch, for --change-batch
void print_terraform(console& where, const record_sheet& sheet);  // resources in HashiCorp's language
void print_octodns(console& where, const record_sheet& sheet);    // YAML of octoDNS' YamlProvider
void print_nsupdate(console& where, const record_sheet& sheet);   // nsupdate(1), an update of RFC 2136

}  // namespace easydkim
