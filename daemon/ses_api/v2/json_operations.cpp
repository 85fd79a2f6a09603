// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/v2/json_operations.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <optional>
#include <ranges>
#include <vector>

#include "core/printable.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/v2/email_identity_object.hpp"
#include "daemon/ses_api/v2/json_request.hpp"
#include "daemon/ses_api/v2/json_response.hpp"

namespace easydkim {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

/// One call of an operation; all of it lives as long as the call. `name`: the identity in the path, if any.
struct json_call {
  easydkim::operations& operations;
  const caller& by;
  const std::string& account;  // that of the key
  const json_request& request;
  const std::string& name;
};
using answer = asio::awaitable<json::object>;

/// An identity that is there. An e-mail address is never one.
described_identity existing(const json_call& call, std::string_view name) {
  if (name.find('@') != name.npos)
    throw api_refusal{api_fault::not_found, refusal_of(errc::email_not_an_identity, name).what()};
  return value_or_refusal(call.operations.describe_identity(call.account, name), name);
}

/// The one in the path.
described_identity existing(const json_call& call) {
  return existing(call, call.name);
}

/// The identity that "arn:aws:ses:eu-west-1:123456789012:identity/example.com" names. Partition, region and
/// the number of the account are the caller's affair: nobody has one here.
described_identity existing_by_arn(const json_call& call, const std::string& arn) {
  constexpr std::size_t fields = 6;
  constexpr std::string_view of_identity = "identity/";
  std::vector<std::string_view> parts;
  for (std::string_view rest = arn; parts.size() < fields;) {
    const std::size_t end = parts.size() + 1 == fields ? rest.npos : rest.find(':');
    parts.push_back(rest.substr(0, end));
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  if (parts.size() != fields || parts[0] != "arn" || parts[2] != "ses")
    throw api_refusal{api_fault::invalid_parameter_value,
                      "ResourceArn must be that of an identity, such as "
                      "arn:aws:ses:eu-west-1:123456789012:identity/example.com, not '" +
                          excerpt(arn) + "'."};
  if (!parts[5].starts_with(of_identity))
    throw api_refusal{
        api_fault::not_found,
        "'" + excerpt(arn) + "' is not here; only identities are, such as identity/example.com."};
  return existing(call, parts[5].substr(of_identity.size()));
}

/// How far the identity has come by the better of its proofs.
std::string_view verification_word(const json_call& call, std::string_view name) {
  const auto shown =
      value_or_refusal(call.operations.get_identity_verification_attributes(call.account, name), name);
  return v2_word(shown ? shown->status : dkim_status::not_started);
}

/// What accepting in silence would be a lie about.
void refuse_what_is_not_here(const json_request& request) {
  constexpr std::array<std::string_view, 3> names{"ConfigurationSetName", "DkimSigningAttributes", "Tags"};
  for (const std::string_view each : names)
    if (request.has(each))
      throw api_refusal{api_fault::invalid_parameter_value,
                        std::string{each} + " has no meaning here; leave it out."};
}

answer create_email_identity(json_call call) {
  const std::string name = call.request.text("EmailIdentity");
  refuse_what_is_not_here(call.request);
  if (call.operations.describe_identity(call.account, name) && name.find('@') == name.npos)
    throw api_refusal{api_fault::already_exists,
                      "'" + excerpt(name) + "' is an identity already; delete it first, or ask for it."};
  const identity issued = value_or_refusal(co_await call.operations.verify_domain_dkim(call.by, name), name);
  co_return json::object{
      {"IdentityType", "DOMAIN"},
      {"VerifiedForSendingStatus", is_verified_for_sending(issued)},
      {"DkimAttributes", dkim_attributes_object(issued, call.operations.naming().target_suffix)}};
}

answer get_email_identity(json_call call) {
  const described_identity shown = existing(call);
  co_return json::object{
      {"IdentityType", "DOMAIN"},
      {"FeedbackForwardingStatus", true},
      {"VerifiedForSendingStatus", is_verified_for_sending(shown.subject)},
      {"VerificationStatus", verification_word(call, call.name)},
      {"VerificationInfo", verification_info_object(shown)},
      {"DkimAttributes", dkim_attributes_object(shown.subject, call.operations.naming().target_suffix)},
      {"MailFromAttributes", {{"BehaviorOnMxFailure", "USE_DEFAULT_VALUE"}}},
      {"Policies", json::object{}},
      {"Tags", json::array{}}};
}

answer list_email_identities(json_call call) {
  list_request wanted;
  const std::uint64_t page_size = call.request.query_number("PageSize").value_or(0);  // 0: no wish
  if (page_size > list_request::most_items)
    throw api_refusal{api_fault::invalid_parameter_value, "PageSize must be a whole number from 0 to 1000."};
  if (page_size > 0) wanted.max_items = page_size;
  wanted.next_token = call.request.query_text("NextToken").value_or("");

  const identity_page page =
      value_or_refusal(call.operations.list_identities(call.account, wanted), wanted.next_token);
  json::array all;
  for (const domain_name& each : page.identities) {
    const auto shown = call.operations.describe_identity(call.account, each.text());
    if (!shown) continue;
    all.push_back(json::object{{"IdentityType", "DOMAIN"},
                               {"IdentityName", each.text()},
                               {"SendingEnabled", is_verified_for_sending(shown->subject)},
                               {"VerificationStatus", verification_word(call, each.text())}});
  }
  json::object shown{{"EmailIdentities", std::move(all)}};
  if (!page.next_token.empty()) shown["NextToken"] = page.next_token;
  co_return shown;
}

answer delete_email_identity(json_call call) {
  existing(call);
  value_or_refusal(co_await call.operations.delete_identity(call.by, call.name), call.name);
  co_return json::object{};
}

answer put_email_identity_dkim_attributes(json_call call) {
  const bool enabled = call.request.boolean("SigningEnabled");
  existing(call);
  value_or_refusal(co_await call.operations.set_identity_dkim_enabled(call.by, call.name, enabled),
                   call.name);
  co_return json::object{};
}

answer put_email_identity_configuration_set_attributes(json_call call) {
  refuse_what_is_not_here(call.request);
  existing(call);
  co_return json::object{};
}

answer list_tags_for_resource(json_call call) {
  existing_by_arn(call, call.request.needed_query_text("ResourceArn"));
  co_return json::object{{"Tags", json::array{}}};
}

answer tag_resource(json_call call) {
  existing_by_arn(call, call.request.text("ResourceArn"));
  refuse_what_is_not_here(call.request);
  co_return json::object{};
}

struct json_operation {
  std::string_view name;
  std::string_view method;
  std::string_view path;  // "{}": the name of an identity
  api_effect effect;
  answer (*run)(json_call call);
};
constexpr auto reads = api_effect::reads, changes = api_effect::changes;
constexpr std::array table{
    json_operation{"CreateEmailIdentity", "POST", "/v2/email/identities", changes, create_email_identity},
    json_operation{"ListEmailIdentities", "GET", "/v2/email/identities", reads, list_email_identities},
    json_operation{"GetEmailIdentity", "GET", "/v2/email/identities/{}", reads, get_email_identity},
    json_operation{"DeleteEmailIdentity", "DELETE", "/v2/email/identities/{}", changes,
                   delete_email_identity},
    json_operation{"PutEmailIdentityDkimAttributes", "PUT", "/v2/email/identities/{}/dkim", changes,
                   put_email_identity_dkim_attributes},
    json_operation{"PutEmailIdentityConfigurationSetAttributes", "PUT",
                   "/v2/email/identities/{}/configuration-set", reads,
                   put_email_identity_configuration_set_attributes},
    json_operation{"ListTagsForResource", "GET", "/v2/email/tags", reads, list_tags_for_resource},
    json_operation{"TagResource", "POST", "/v2/email/tags", reads, tag_resource},
};

/// Where "{}" stands for a segment, it is any segment but an empty one; `name` becomes what stands there.
bool fits(std::string_view pattern, const std::vector<std::string>& path, std::string& name) {
  for (const std::string& each : path) {
    if (!pattern.starts_with('/')) return false;
    pattern.remove_prefix(1);
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    if (segment == "{}" ? each.empty() : segment != each) return false;
    if (segment == "{}") name = each;
    pattern.remove_prefix(segment.size());
  }
  return pattern.empty();
}

const json_operation* find_operation(std::string_view method, const std::vector<std::string>& path,
                                     std::string& name) {
  for (const json_operation& each : table)
    if (each.method == method && fits(each.path, path, name)) return &each;
  return nullptr;
}

}  // namespace

asio::awaitable<api_answer> answer_json(api_call call) {
  api_answer told;
  const auto request = json_request::read(call.request);
  if (!request) {
    told.sent = json_error(request.error(), call.request_id);
    told.refused = request.error().fault;
    co_return told;
  }
  std::string name;
  const json_operation* operation = find_operation(call.request.method, request->path(), name);
  if (!operation) {
    const api_error unknown{api_fault::invalid_action, "There is no operation '" +
                                                           excerpt(call.request.method) + " " +
                                                           excerpt(call.request.path()) +
                                                           "' here; see easydkimd(8) for those there are."};
    told.sent = json_error(unknown, call.request_id);
    told.refused = unknown.fault;
    co_return told;
  }
  told.operation = operation->name;
  told.effect = operation->effect;
  json::object members;
  std::optional<api_error> refused;
  try {
    const json_call one{call.operations, call.by, call.by.account, *request, name};
    members = co_await operation->run(one);
  } catch (const api_refusal& why) {
    refused = why.error();
  }
  if (refused) told.refused = refused->fault;
  told.sent = refused ? json_error(*refused, call.request_id) : json_response(members, call.request_id);
  co_return told;
}

}  // namespace easydkim
