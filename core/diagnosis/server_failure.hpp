// SPDX-License-Identifier: Apache-2.0
// Words for what a name server does instead of answering for its zone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/evidence.hpp"

namespace easydkim {

/// What follows the name of the server: "refuses to answer for the zone (REFUSED)", "fails (SERVFAIL)",
/// "answers without authority", "does not answer". Empty for an answer of a zone's own server that counts.
std::string failure_words(const answer_seen& answer);

/// One server, and its words.
struct server_failure {
  std::string server;  // "ns1.example.net (192.0.2.1)"; may be foreign text
  std::string words;
};

/// "ns1 (192.0.2.1) does not answer, ns2 (192.0.2.2) fails (SERVFAIL) and 3 more": as many as a sentence
/// shows.
std::string listed(const std::vector<server_failure>& failures);

/// What the servers of a record that did not answer for it said last, as far as their answers are kept.
std::vector<server_failure> failures_in(const evidence& kept, const record_sighting& record);

/// The sentence for the owner of a record of which nothing is known: as `explanation` of the finding, with
/// the servers and what each of them does where that is kept.
std::string explanation(const finding& shown, const published_record& wanted,
                        const std::vector<server_failure>& failures);

}  // namespace easydkim
