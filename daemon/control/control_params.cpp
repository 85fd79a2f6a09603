// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_params.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/printable.hpp"

namespace easydkim {

namespace json = boost::json;

namespace {

constexpr int invalid_params = -32602;  // JSON-RPC 2.0 section 5.1

std::string text_of(const json::string& given) {
  return {given.data(), given.size()};
}

}  // namespace

control_params::control_params(std::string owner, const json::object& members, names allowed,
                               description what)
    : owner_{std::move(owner)}, place_{what.place}, params_{members} {
  for (const auto& member : members) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (name == what.also || std::ranges::find(allowed, name) != allowed.end()) continue;
    std::string takes;
    for (const std::string_view each : allowed) takes += (takes.empty() ? "" : ", ") + std::string{each};
    if (!what.also.empty()) takes += (takes.empty() ? "" : ", ") + std::string{what.also};
    throw request_refused{invalid_params, "InvalidParameterValue",
                          owner_ + " has no parameter '" + excerpt(name) + "'; it takes " + takes + "."};
  }
}

control_params::control_params(std::string_view method, const json::object& params, names allowed)
    : control_params{std::string{method}, params, allowed, {.place = "params", .also = "Account"}} {}

control_params control_params::item(std::string_view list, const json::object& object, names allowed) const {
  return {"An item of " + std::string{list}, object, allowed, {.place = "the item", .also = {}}};
}

const json::value* control_params::find(std::string_view name) const {
  const json::value* found = params_.if_contains({name.data(), name.size()});
  return found && !found->is_null() ? found : nullptr;
}

const json::value& control_params::need(std::string_view name) const {
  if (const json::value* found = find(name)) return *found;
  throw request_refused{
      invalid_params, "MissingParameter",
      owner_ + " needs the parameter " + std::string{name} + "; add it to " + std::string{place_} + "."};
}

void control_params::refuse(std::string_view name, std::string_view allowed) const {
  throw request_refused{
      invalid_params, "InvalidParameterValue",
      "The parameter " + std::string{name} + " of " + owner_ + " must be " + std::string{allowed} + "."};
}

std::string control_params::account() const {
  return optional_text("Account").value_or("default");
}

std::string control_params::text(std::string_view name) const {
  const json::value& given = need(name);
  if (!given.is_string()) refuse(name, "a string");
  return text_of(given.get_string());
}

std::optional<std::string> control_params::optional_text(std::string_view name) const {
  if (!find(name)) return std::nullopt;
  return text(name);
}

bool control_params::boolean(std::string_view name) const {
  const json::value& given = need(name);
  if (!given.is_bool()) refuse(name, "true or false");
  return given.get_bool();
}

std::optional<bool> control_params::optional_boolean(std::string_view name) const {
  return find(name) ? std::optional{boolean(name)} : std::nullopt;
}

std::optional<std::uint64_t> control_params::optional_number(std::string_view name) const {
  const json::value* given = find(name);
  if (!given) return std::nullopt;
  if (given->is_int64() && given->get_int64() >= 0) return static_cast<std::uint64_t>(given->get_int64());
  refuse(name, "a whole number");
}

const json::array& control_params::array(std::string_view name, std::size_t most) const {
  const json::value& given = need(name);
  if (!given.is_array() || given.get_array().size() > most)
    refuse(name, "a list of at most " + std::to_string(most));
  return given.get_array();
}

std::vector<std::string> control_params::texts(std::string_view name, std::size_t most) const {
  std::vector<std::string> all;
  for (const json::value& each : array(name, most)) {
    if (!each.is_string()) refuse(name, "a list of strings");
    all.push_back(text_of(each.get_string()));
  }
  return all;
}

}  // namespace easydkim
