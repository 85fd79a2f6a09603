// SPDX-License-Identifier: Apache-2.0
// What the operations take, with SES's limits: one reader for all transports.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace easydkim {

/// The parameters of a request, by name, as a transport reads them. Each getter refuses what is not of its
/// type; `refuse` throws, and its second argument completes "must be ...".
template <class T>
concept operation_parameters = requires(const T& given, std::string_view name, std::size_t most) {
  { given.optional_text(name) } -> std::same_as<std::optional<std::string>>;
  { given.optional_number(name) } -> std::same_as<std::optional<std::uint64_t>>;
  { given.texts(name, most) } -> std::same_as<std::vector<std::string>>;
  given.refuse(name, name);
};

/// GetIdentityDkimAttributes and GetIdentityVerificationAttributes.
struct attributes_request {
  static constexpr std::size_t most_identities = 100;  // in one call, as SES

  std::vector<std::string> identities;

  static attributes_request read(const operation_parameters auto& given) {
    return {.identities = given.texts("Identities", most_identities)};
  }
};

/// ListIdentities, and SES v2's ListEmailIdentities.
struct list_request {
  static constexpr std::size_t most_items = 1000;  // on a page, as SES

  enum class identity_type : std::uint8_t {
    domain,
    email_address,  // there are none here: the list is empty
  };

  identity_type type = identity_type::domain;
  std::size_t max_items = most_items;  // at least 1
  std::string next_token{};            // empty: the first page

  static list_request read(const operation_parameters auto& given) {
    list_request wanted;
    const std::string type = given.optional_text("IdentityType").value_or("Domain");
    if (type != "Domain" && type != "EmailAddress") given.refuse("IdentityType", "Domain or EmailAddress");
    if (type == "EmailAddress") wanted.type = identity_type::email_address;
    wanted.max_items = given.optional_number("MaxItems").value_or(most_items);
    if (wanted.max_items < 1 || wanted.max_items > most_items)
      given.refuse("MaxItems", "a whole number from 1 to 1000");
    wanted.next_token = given.optional_text("NextToken").value_or("");
    return wanted;
  }
};

}  // namespace easydkim
