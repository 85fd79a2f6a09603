// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/evidence_record.hpp"

#include <algorithm>

#include "core/store/records/record_octets.hpp"

namespace easydkim {
namespace {

constexpr std::uint8_t version = 1;
constexpr auto last_visibility = record_sighting::visibility::visible;
constexpr auto last_kind = finding_kind::no_answer;

void write_text(octet_writer& out, std::string_view value) {
  out.text<2>(value);
}
std::string read_text(octet_reader& from) {
  return std::string{from.text<2>()};
}

/// Writes `value` behind the octet that says that it is there, or the octet that says that it is not.
template <class Value, class Write>
void write_optional(octet_writer& out, const std::optional<Value>& value, Write write) {
  out.octet(value ? 1 : 0);
  if (value) write(out, *value);
}
template <class Read>
auto read_optional(octet_reader& from, Read read) -> std::optional<decltype(read(from))> {
  if (from.octet_up_to(1) == 0) return std::nullopt;
  return read(from);
}

template <class Value, class Write>
void write_list(octet_writer& out, const std::vector<Value>& values, Write write) {
  out.octet(static_cast<std::uint8_t>(values.size()));
  for (const Value& each : values) write(out, each);
}
template <class Read>
auto read_list(octet_reader& from, Read read) {
  std::vector<decltype(read(from))> values;
  for (std::size_t left = from.octet_up_to(255); left > 0 && from.good(); --left)
    values.push_back(read(from));
  return values;
}

void write_time(octet_writer& out, time_point when) {
  out.time(when);
}
time_point read_time(octet_reader& from) {
  return from.time();
}
void write_serial(octet_writer& out, std::uint32_t serial) {
  out.number<4>(serial);
}
std::uint32_t read_serial(octet_reader& from) {
  return static_cast<std::uint32_t>(from.number<4>());
}

void write_answer(octet_writer& out, const answer_seen& answer) {
  out.time(answer.at);
  out.number<4>(answer.ttl);
  for (const std::string* text : {&answer.name, &answer.type, &answer.server, &answer.rcode, &answer.flags,
                                  &answer.target, &answer.extended_error})
    write_text(out, *text);
}
answer_seen read_answer(octet_reader& from) {
  answer_seen answer;
  answer.at = from.time();
  answer.ttl = static_cast<std::uint32_t>(from.number<4>());
  for (std::string* text : {&answer.name, &answer.type, &answer.server, &answer.rcode, &answer.flags,
                            &answer.target, &answer.extended_error})
    *text = read_text(from);
  return answer;
}

void write_zone(octet_writer& out, const zone_seen& zone) {
  out.number<4>(zone.serial);
  write_text(out, zone.apex);
  write_text(out, zone.primary);
  write_list(out, zone.servers, [](octet_writer& to, const std::string& each) { write_text(to, each); });
}
zone_seen read_zone(octet_reader& from) {
  zone_seen zone;
  zone.serial = read_serial(from);
  zone.apex = read_text(from);
  zone.primary = read_text(from);
  zone.servers = read_list(from, read_text);
  return zone;
}

void write_server(octet_writer& out, const server_sighting& server) {
  out.octet(static_cast<std::uint8_t>(server.has));
  write_optional(out, server.serial, write_serial);
  write_text(out, server.name);
  write_text(out, server.address);
}
server_sighting read_server(octet_reader& from) {
  server_sighting server;
  server.has = from.value_up_to(last_kind);
  server.serial = read_optional(from, read_serial);
  server.name = read_text(from);
  server.address = read_text(from);
  return server;
}

void write_record(octet_writer& out, const record_sighting& record) {
  out.octet(static_cast<std::uint8_t>(record.visible));
  write_optional(out, record.visible_at, write_time);
  write_list(out, record.published, write_server);
}
record_sighting read_record(octet_reader& from) {
  record_sighting record;
  record.visible = from.value_up_to(last_visibility);
  record.visible_at = read_optional(from, read_time);
  record.published = read_list(from, read_server);
  return record;
}

void write_diagnosis(octet_writer& out, const diagnosis& cause) {
  out.octet(static_cast<std::uint8_t>(cause.code));
  write_optional(out, cause.until, write_time);
  for (const std::string* text : {&cause.explanation, &cause.observed, &cause.server}) write_text(out, *text);
}
diagnosis read_diagnosis(octet_reader& from) {
  diagnosis cause;
  cause.code = static_cast<diagnosis_code>(from.octet_up_to(255));
  cause.until = read_optional(from, read_time);
  for (std::string* text : {&cause.explanation, &cause.observed, &cause.server}) *text = read_text(from);
  return cause;
}

void write_report(octet_writer& out, const diagnosis_report& report) {
  out.time(report.at);
  for (const diagnosis& each : report.records) write_diagnosis(out, each);
  write_diagnosis(out, report.whole);
}
diagnosis_report read_report(octet_reader& from) {
  diagnosis_report report;
  report.at = from.time();
  for (diagnosis& each : report.records) each = read_diagnosis(from);
  report.whole = read_diagnosis(from);
  return report;
}

bool is_known(const diagnosis& cause) {
  return cause.code == diagnosis_code::none || !to_string(cause.code).empty();
}

}  // namespace

std::string encode(const evidence& subject) {
  octet_writer out;
  out.octet(version);
  write_list(out, subject.answers, write_answer);
  write_optional(out, subject.zone, write_zone);
  write_optional(out, subject.zone_at_success, write_zone);
  for (const record_sighting& each : subject.records) write_record(out, each);
  write_optional(out, subject.diagnosed, write_report);
  return std::move(out).finished();
}

boost::system::result<evidence, record_fault> decode_evidence(std::string_view bytes) {
  const auto content = checked_content(bytes);
  if (!content) return record_fault::checksum;

  octet_reader in{*content};
  if (in.octet_up_to(255) != version) return record_fault::unknown_version;
  evidence subject;
  subject.answers = read_list(in, read_answer);
  subject.zone = read_optional(in, read_zone);
  subject.zone_at_success = read_optional(in, read_zone);
  for (record_sighting& each : subject.records) each = read_record(in);
  subject.diagnosed = read_optional(in, read_report);
  if (!in.good() || !in.at_end()) return record_fault::content;
  if (subject.diagnosed &&
      !(is_known(subject.diagnosed->whole) && std::ranges::all_of(subject.diagnosed->records, is_known)))
    return record_fault::content;
  return subject;
}

}  // namespace easydkim
