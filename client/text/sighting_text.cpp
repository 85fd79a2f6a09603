// SPDX-License-Identifier: Apache-2.0
#include "client/text/sighting_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "client/text/identity_text.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

enum class serials { shown, hidden };

/// "ns1.example.net (serial 7), ns2.example.net": each server once, whatever the number of its addresses.
std::string servers_text(const json::array& servers, serials how) {
  std::vector<std::string> names;
  for (const json::value& each : servers) {
    if (!each.is_object()) continue;
    const json::object& server = each.get_object();
    std::string name = printable(text_of(server, "Server"));
    const double serial = number_of(server, "Serial");
    if (how == serials::shown && serial > 0)
      name += " (serial " + std::to_string(static_cast<unsigned long long>(serial)) + ")";
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  std::string text;
  for (const std::string& each : names) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::string published_text(const json::object& published) {
  const json::array& has = list_of(published, "Has");
  const json::array& has_not = list_of(published, "HasNot");
  const json::array& no_answer = list_of(published, "NoAnswer");
  // Where servers differ, their serials tell which of them is behind.
  const serials how = has.empty() || has_not.empty() ? serials::hidden : serials::shown;
  std::string text;
  if (!has.empty()) text = "published on " + servers_text(has, how);
  if (!has_not.empty())
    text += (text.empty() ? "not published on " : ", not on ") + servers_text(has_not, how);
  if (!no_answer.empty())
    text +=
        (text.empty() ? "no answer from " : ", no answer from ") + servers_text(no_answer, serials::hidden);
  return text;
}

std::string visible_text(const json::object& record, time_point now) {
  const json::value* visible = record.if_contains("Visible");
  if (!visible || !visible->is_bool()) return {};
  if (visible->get_bool()) return "the resolver shows it";
  const std::string at = text_of(record, "VisibleAt");
  return "the resolver does not show it" +
         (at.empty() ? "" : ", caches let it through at " + time_text(at, now));
}

struct class_row {
  std::string_view word;
  std::string_view meaning;
};
constexpr std::array classes{
    class_row{"FIX", "for the owner of the domain to mend"},
    class_row{"WAIT", "on its way, nobody need act"},
    class_row{"OURS", "for the operator to mend"},
    class_row{"INFO", "worth knowing"},
};

}  // namespace

std::string sighting_text(const json::object& record, time_point now) {
  const std::string published = published_text(object_of(record, "Published"));
  const std::string visible = visible_text(record, now);
  return published + (published.empty() || visible.empty() ? "" : "; ") + visible;
}

std::string diagnosis_text(const json::object& diagnosis) {
  std::string text = printable(text_of(diagnosis, "Code"));
  const auto row = std::ranges::find(classes, text_of(diagnosis, "Class"), &class_row::word);
  if (!text.empty() && row != classes.end()) text += ", " + std::string{row->meaning};
  return text;
}

std::string diagnosis_sentence(const json::object& diagnosis) {
  const std::string code = printable(text_of(diagnosis, "Code"));
  return code.empty() ? code : code + ": " + printable(text_of(diagnosis, "Explanation"));
}

}  // namespace easydkim
