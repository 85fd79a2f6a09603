// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/evidence_object.hpp"

#include <boost/json/array.hpp>

#include "core/printable.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

json::object answer_object(const answer_seen& answer) {
  return {{"At", to_rfc3339(answer.at)},
          {"Name", printable(answer.name)},
          {"Type", printable(answer.type)},
          {"Server", printable(answer.server)},
          {"Rcode", printable(answer.rcode)},
          {"Flags", printable(answer.flags)},
          {"Target", printable(answer.target)},
          {"Ttl", answer.ttl},
          {"ExtendedError", printable(answer.extended_error)}};
}

json::object server_object(const server_sighting& server) {
  return {{"Server", printable(server.name)},
          {"Address", printable(server.address)},
          {"Serial", server.serial ? json::value(*server.serial) : json::value(nullptr)}};
}

}  // namespace

json::object evidence_object(const described_identity& shown) {
  json::array answers;
  for (const answer_seen& each : shown.seen.answers) answers.push_back(answer_object(each));
  return {{"Identity", shown.subject.domain.text()},
          {"Account", shown.subject.account},
          {"Answers", std::move(answers)}};
}

json::value published_value(const record_sighting& record) {
  if (record.published.empty()) return nullptr;
  json::array has, has_not, no_answer;
  for (const server_sighting& each : record.published) {
    json::array& among = each.has == finding_kind::found    ? has
                         : is_conclusive_negative(each.has) ? has_not
                                                            : no_answer;
    among.push_back(server_object(each));
  }
  return json::object{
      {"Has", std::move(has)}, {"HasNot", std::move(has_not)}, {"NoAnswer", std::move(no_answer)}};
}

json::value visible_value(const record_sighting& record) {
  if (record.visible == record_sighting::visibility::unknown) return nullptr;
  return record.visible == record_sighting::visibility::visible;
}

json::value diagnosis_value(const diagnosis& of) {
  if (of.code == diagnosis_code::none) return nullptr;
  return json::object{{"Code", to_string(of.code)},
                      {"Class", to_string(class_of(of.code))},
                      {"Explanation", printable(of.explanation)},
                      {"Observed", printable(of.observed)},
                      {"Server", printable(of.server)}};
}

}  // namespace easydkim
