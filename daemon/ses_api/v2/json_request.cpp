// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/v2/json_request.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "daemon/ses_api/call/api_refusal.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

api_error malformed(std::string message) {
  return {api_fault::malformed_query_string, std::move(message)};
}

/// Nothing when one of them is no text.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    std::optional<std::string> decoded = decoded_segment(segment);
    if (!decoded || !is_xml_text(*decoded)) return std::nullopt;
    segments.push_back(*std::move(decoded));
    path.remove_prefix(segment.size());
  }
  return segments;
}

}  // namespace

boost::system::result<json_request, api_error> json_request::read(const http_request& request) {
  json_request read;
  std::optional<std::vector<std::string>> path = segments_of(request.path());
  if (!path)
    return malformed("The path is not UTF-8 in percent-encoding; encode the name of the identity anew.");
  read.path_ = *std::move(path);

  boost::system::result<form_members, api_error> query = read_form(request.query());
  if (!query) return query.error();
  read.query_ = *std::move(query);

  if (request.body.empty()) return read;
  boost::system::error_code broken;
  json::value body = json::parse({request.body.data(), request.body.size()}, broken);
  if (broken || !body.is_object())
    return malformed("The body is not JSON in UTF-8; send one object with the members of the operation.");
  read.body_ = std::move(body.get_object());
  return read;
}

const json::value* json_request::find(std::string_view name) const {
  const json::value* found = body_.if_contains({name.data(), name.size()});
  return found && !found->is_null() ? found : nullptr;
}

const json::value& json_request::need(std::string_view name) const {
  if (const json::value* found = find(name)) return *found;
  throw api_refusal{api_fault::missing_parameter,
                    "The body needs the member " + std::string{name} + "; add it."};
}

std::string json_request::text(std::string_view name) const {
  const json::value& given = need(name);
  if (!given.is_string())
    throw api_refusal{api_fault::invalid_parameter_value, std::string{name} + " must be a string."};
  return {given.get_string().data(), given.get_string().size()};
}

bool json_request::boolean(std::string_view name) const {
  const json::value& given = need(name);
  if (!given.is_bool())
    throw api_refusal{api_fault::invalid_parameter_value, std::string{name} + " must be true or false."};
  return given.get_bool();
}

bool json_request::has(std::string_view name) const {
  const json::value* found = find(name);
  if (!found) return false;
  if (found->is_array()) return !found->get_array().empty();
  return !found->is_object() || !found->get_object().empty();
}

std::optional<std::string> json_request::query_text(std::string_view name) const {
  const auto found = query_.find(name);
  return found == query_.end() ? std::nullopt : std::optional{found->second};
}

std::string json_request::needed_query_text(std::string_view name) const {
  if (auto given = query_text(name); given && !given->empty()) return *std::move(given);
  throw api_refusal{api_fault::missing_parameter,
                    "The query needs the parameter " + std::string{name} + "; add it."};
}

std::optional<std::uint64_t> json_request::query_number(std::string_view name) const {
  const std::optional<std::string> given = query_text(name);
  if (!given) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = given->data() + given->size();
  const auto [stop, fault] = std::from_chars(given->data(), end, number);
  if (fault != std::errc{} || stop != end)
    throw api_refusal{api_fault::invalid_parameter_value, std::string{name} + " must be a whole number."};
  return number;
}

}  // namespace easydkim
