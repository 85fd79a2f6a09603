// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/query/query_request.hpp"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <charconv>
#include <map>

#include "core/printable.hpp"
#include "daemon/ses_api/call/api_refusal.hpp"

namespace easydkim {
namespace {

constexpr std::string_view version = "2010-12-01";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

using form_or_error = boost::system::result<form_members, api_error>;

/// The type of the body without its parameters ("; charset=utf-8"); empty when the request names none.
std::string_view content_type(const http_request& request) {
  for (const http_header& each : request.headers) {
    if (!boost::algorithm::iequals(each.name, "Content-Type")) continue;
    const std::string_view type = each.value.substr(0, each.value.find(';'));
    return type.substr(0, type.find_last_not_of(" \t") + 1);
  }
  return {};
}

/// A whole number without a sign or leading zeros.
std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.starts_with('0')) return std::nullopt;
  return number;
}

form_or_error members_of(const http_request& request) {
  form_or_error of_url = read_form(request.query());
  if (!of_url) return of_url;
  // Those of the signature in its query-string form belong to the URL, whatever stands in the body.
  std::erase_if(*of_url,
                [](const auto& each) { return boost::algorithm::istarts_with(each.first, "X-Amz-"); });
  if (request.body.empty()) return of_url;

  const std::string_view type = content_type(request);
  if (!type.empty() && !boost::algorithm::iequals(type, form_type))
    return api_error{api_fault::malformed_query_string,
                     "The body is '" + excerpt(type) + "'; send it as " + std::string{form_type} + "."};
  form_or_error of_body = read_form(request.body);
  if (of_body && !of_body->empty() && !of_url->empty())
    return api_error{api_fault::malformed_query_string,
                     "Parameters stand in the URL and in the body; send them in one of the two."};
  return of_body;
}

}  // namespace

boost::system::result<query_request, api_error> query_request::read(const http_request& request) {
  form_or_error members = members_of(request);
  if (!members) return members.error();
  const auto action = members->find("Action");
  if (action == members->end() || action->second.empty())
    return api_error{api_fault::missing_action, "The request names no operation; send the parameter Action."};
  const auto given = members->find("Version");
  if (given != members->end() && given->second != version)
    return api_error{api_fault::invalid_action, "Could not find operation " + excerpt(action->second) +
                                                    " for version " + excerpt(given->second) +
                                                    "; send Version=" + std::string{version} + "."};
  std::string name = action->second;
  return query_request{*std::move(members), std::move(name)};
}

const std::string* query_request::find(std::string_view name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : &found->second;
}

void query_request::refuse_missing(std::string_view name) const {
  throw api_refusal{api_fault::missing_parameter,
                    excerpt(action_) + " needs the parameter " + std::string{name} + "; add it."};
}

void query_request::refuse(std::string_view name, std::string_view allowed) const {
  throw api_refusal{api_fault::invalid_parameter_value, "The parameter " + std::string{name} + " of " +
                                                            excerpt(action_) + " must be " +
                                                            std::string{allowed} + "."};
}

std::string query_request::text(std::string_view name) const {
  const std::string* given = find(name);
  if (!given) refuse_missing(name);
  return *given;
}

std::optional<std::string> query_request::optional_text(std::string_view name) const {
  const std::string* given = find(name);
  return given ? std::optional{*given} : std::nullopt;
}

bool query_request::boolean(std::string_view name) const {
  const std::string given = text(name);
  if (given != "true" && given != "false") refuse(name, "true or false");
  return given == "true";
}

std::optional<std::uint64_t> query_request::optional_number(std::string_view name) const {
  const std::string* given = find(name);
  if (!given) return std::nullopt;
  const std::optional<std::uint64_t> number = number_of(*given);
  if (!number) refuse(name, "a whole number");
  return number;
}

std::vector<std::string> query_request::texts(std::string_view name, std::size_t most) const {
  const std::string prefix = std::string{name} + ".member.";
  std::map<std::uint64_t, const std::string*> numbered;
  for (auto each = members_.lower_bound(prefix); each != members_.end() && each->first.starts_with(prefix);
       ++each) {
    const std::optional<std::uint64_t> number =
        number_of(std::string_view{each->first}.substr(prefix.size()));
    if (!number || *number == 0) refuse(name, "a list " + prefix + "1, " + prefix + "2, and so on");
    numbered.emplace(*number, &each->second);
  }
  if (numbered.empty() && !find(name)) refuse_missing(prefix + "1");
  if (numbered.size() > most) refuse(name, "a list of at most " + std::to_string(most));
  std::vector<std::string> all;
  for (const auto& [number, value] : numbered) all.push_back(*value);
  return all;
}

}  // namespace easydkim
