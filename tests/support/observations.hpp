// SPDX-License-Identifier: Apache-2.0
// Answers, sightings and whole observations that the tests of evidence share.
#pragma once

#include <string>
#include <utility>

#include "core/diagnosis/evidence.hpp"
#include "tests/support/samples.hpp"

namespace easydkim::tests {

inline answer_seen sample_answer(std::string name, std::string server, std::string rcode = "NXDOMAIN") {
  return {.at = sample_start,
          .name = std::move(name),
          .type = "CNAME",
          .server = std::move(server),
          .rcode = std::move(rcode),
          .flags = "aa",
          .target = {},
          .ttl = 300,
          .extended_error = {}};
}

inline zone_seen sample_zone() {
  return {.apex = "example.com",
          .servers = {"ns1.example.net", "ns2.example.net"},
          .primary = "ns1.example.net",
          .serial = 2026112301};
}

inline record_sighting sample_sighting(finding_kind at_first, finding_kind at_second) {
  return {.published = {{"ns1.example.net", "192.0.2.1", at_first, 2026112301},
                        {"ns2.example.net", "192.0.2.2", at_second, 2026112300}},
          .visible = record_sighting::visibility::hidden,
          .visible_at = sample_start + std::chrono::minutes{5}};
}

inline diagnosis sample_diagnosis(diagnosis_code code, std::string_view observed = "") {
  return diagnosed(code, {.name = "tok._domainkey.example.com",
                          .value = "tok.dkim.amazonses.com",
                          .domain = "example.com",
                          .zone = "example.com",
                          .host = "tok._domainkey",
                          .observed = observed,
                          .server = "ns1.example.net (192.0.2.1)",
                          .also = "one thing",
                          .words = "Not all name servers of example.com have the record "
                                   "tok._domainkey.example.com: it is at ns1.example.net, but not at ns2",
                          .remedy = "wait until all have it, and look how the zone is copied to them"});
}

/// The same diagnosis of the three DKIM records and of the whole.
inline diagnosis_report sample_report(diagnosis_code code, time_point at = sample_start) {
  diagnosis_report report{.at = at};
  for (std::size_t i = 0; i < records_per_identity; ++i) report.records[i] = sample_diagnosis(code);
  report.whole = sample_diagnosis(code);
  return report;
}

/// Something of everything.
inline observation sample_observation() {
  observation seen;
  seen.answers = {sample_answer("a._domainkey.example.com", "ns1.example.net (192.0.2.1)"),
                  sample_answer("a._domainkey.example.com", "ns2.example.net (192.0.2.2)")};
  seen.zone = sample_zone();
  seen.records[0] = sample_sighting(finding_kind::found, finding_kind::absent);
  seen.diagnosed = sample_report(diagnosis_code::auth_inconsistent);
  return seen;
}

}  // namespace easydkim::tests
