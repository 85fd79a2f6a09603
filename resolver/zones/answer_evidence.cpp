// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/answer_evidence.hpp"

#include <algorithm>
#include <array>

#include "core/diagnosis/server_failure.hpp"
#include "core/printable.hpp"
#include "resolver/wire/message_name.hpp"

namespace easydkim {
namespace {

struct error_row {
  std::uint16_t code;
  std::string_view words;
};
/// IANA's registry of Extended DNS Errors (RFC 8914 section 4), as far as a resolver says them of a zone.
constexpr std::array errors{
    error_row{0, "Other"},
    error_row{1, "Unsupported DNSKEY Algorithm"},
    error_row{2, "Unsupported DS Digest Type"},
    error_row{3, "Stale Answer"},
    error_row{5, "DNSSEC Indeterminate"},
    error_row{6, "DNSSEC Bogus"},
    error_row{7, "Signature Expired"},
    error_row{8, "Signature Not Yet Valid"},
    error_row{9, "DNSKEY Missing"},
    error_row{10, "RRSIGs Missing"},
    error_row{11, "No Zone Key Bit Set"},
    error_row{12, "NSEC Missing"},
    error_row{13, "Cached Error"},
    error_row{14, "Not Ready"},
    error_row{15, "Blocked"},
    error_row{18, "Prohibited"},
    error_row{20, "Not Authoritative"},
    error_row{22, "No Reachable Authority"},
    error_row{23, "Network Error"},
    error_row{24, "Invalid Data"},
};

std::string rcode_of(const server_reply& reply) {
  using enum cares_channel::reply::outcome;
  if (reply.has_content()) return rcode_text(reply.content->rcode);
  switch (reply.what) {
    case timed_out:
      return "TIMEOUT";
    case unreachable:
      return "UNREACHABLE";
    case arrived:
    case unreadable:
      break;
  }
  return "UNREADABLE";
}

std::string flags_of(const dns_reply& said) {
  std::string flags;
  const auto add = [&](bool is_set, std::string_view word) {
    if (is_set) (flags += flags.empty() ? "" : " ") += word;
  };
  add(said.authoritative, "aa");
  add(said.truncated, "tc");
  add(said.authenticated, "ad");
  return flags;
}

}  // namespace

answer_seen as_evidence(const asked_of& question, const server_reply& reply) {
  answer_seen seen;
  seen.at = question.at;
  seen.name = printable(question.name);
  seen.type = type_text(question.type);
  seen.server = excerpt(question.server);
  seen.rcode = rcode_of(reply);
  seen.extended_error = error_text(reply);
  if (!reply.has_content()) return seen;
  const dns_reply& said = *reply.content;
  seen.flags = flags_of(said);
  auto records = said.answers(question.name, question.type);
  if (records.empty()) records = said.answers(question.name, rr_type::cname);
  if (!records.empty()) {
    seen.target = excerpt(records.front()->text);
    seen.ttl = records.front()->ttl;
  } else if (const auto left = negative_lifetime(said)) {
    seen.ttl = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(*left).count());
  }
  return seen;
}

std::vector<answer_seen> failures_of(const zone_search& search, time_point at) {
  std::vector<answer_seen> failures;
  for (const server_answer& each : search.answers) {
    const auto question = each.reply.asked.question();
    const auto name = message_name::read(question, 0);
    if (!name) continue;  // it was not asked
    const std::size_t type = name->end();
    const std::string text = name->text();
    answer_seen seen = as_evidence({.name = text,
                                    .type = static_cast<rr_type>(question[type] << 8 | question[type + 1]),
                                    .server = each.server(),
                                    .at = at},
                                   each.reply);
    if (!failure_words(seen).empty()) failures.push_back(std::move(seen));
  }
  return failures;
}

std::vector<server_sighting> silent_servers_of(const zone_search& search) {
  std::vector<server_sighting> silent;
  const auto add = [&](const std::string& name, std::string address) {
    silent.push_back({.name = name,
                      .address = std::move(address),
                      .has = finding_kind::no_answer,
                      .serial = std::nullopt});
  };
  for (const zone_server& each : search.where.servers) {
    const std::size_t before = silent.size();
    for (const server_answer& answer : search.answers)
      if (answer.name == each.name) add(each.name, answer.address.address.to_string());
    if (silent.size() == before) add(each.name, {});
  }
  return silent;
}

std::optional<duration> negative_lifetime(const dns_reply& said) noexcept {
  const resource_record* start = said.soa();
  if (start == nullptr) return std::nullopt;
  return std::chrono::seconds{std::min(start->ttl, start->soa.minimum)};
}

std::string error_text(const server_reply& reply) {
  if (!reply.has_content() || !reply.content->error) return {};
  const extended_error& error = *reply.content->error;
  std::string text = "EDE " + std::to_string(error.code);
  if (const auto row = std::ranges::find(errors, error.code, &error_row::code); row != errors.end())
    text += " (" + std::string{row->words} + ")";
  if (!error.text.empty()) text += ": " + excerpt(error.text);
  return text;
}

}  // namespace easydkim
