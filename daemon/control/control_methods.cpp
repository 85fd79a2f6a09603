// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_methods.hpp"

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>

#include "core/error_kind.hpp"
#include "daemon/control/control_params.hpp"
#include "daemon/json/evidence_object.hpp"
#include "daemon/json/identity_object.hpp"
#include "daemon/json/inspection_object.hpp"
#include "daemon/operations/error_sentence.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/storage/store_upkeep.hpp"

namespace easydkim {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

using answer = asio::awaitable<json::value>;

constexpr std::size_t most_identities_imported = 1000;
constexpr std::size_t most_tokens_read = 100;  // a row with another number than three is refused by itself

constexpr int invalid_params = -32602;
constexpr int server_error = -32000;

/// An error of an operation about `subject`, as the answer to the caller.
request_refused refusal(errc error, std::string_view subject) {
  const std::string word{code_word(error)};
  const int rpc = kind_of(error) == error_kind::invalid_value ? invalid_params : server_error;
  if (error == errc::rate_exceeded)  // SES's words, and the remedy
    return {
        rpc, word,
        "Rate exceeded: an account may call VerifyDomainDkim limits.verify_domain_dkim_per_second times a "
        "second; wait a second and try again, or bring many domains by ImportIdentities."};
  return {rpc, word, error_sentence(error, subject)};
}

/// The value of an operation; its error becomes the answer to the caller.
template <class T>
T value_of(result<T> outcome, std::string_view account, std::string_view subject) {
  if (!outcome)
    throw refusal(outcome.error(), outcome.error() == errc::account_malformed ? account : subject);
  if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}

/// Who asks, for the account that the params name.
caller caller_of(const control_call& call, const control_params& params) {
  return {.is = caller::kind::user, .id = std::to_string(call.caller.uid), .account = params.account()};
}

answer verify_domain_dkim(control_call call) {
  const control_params params{"VerifyDomainDkim", call.params, {"Domain"}};
  const std::string domain = params.text("Domain");
  const identity issued =
      value_of(co_await call.services.operations.verify_domain_dkim(caller_of(call, params), domain),
               params.account(), domain);
  const json::storage_ptr memory = call.params.storage();
  co_return json::object({{"DkimTokens", tokens_array(issued.tokens, memory)},
                          {"Records", records_to_publish(issued, call.services.operations.naming(), memory)}},
                         memory);
}

json::object attributes_object(const dkim_attributes& shown, const json::storage_ptr& memory) {
  json::object attributes(
      {{"DkimEnabled", shown.enabled}, {"DkimVerificationStatus", to_string(shown.status)}}, memory);
  if (shown.tokens) attributes["DkimTokens"] = tokens_array(*shown.tokens, memory);
  return attributes;
}

answer get_identity_dkim_attributes(control_call call) {
  const control_params params{"GetIdentityDkimAttributes", call.params, {"Identities"}};
  const json::storage_ptr memory = call.params.storage();
  json::object all(memory);
  const auto wanted = attributes_request::read(params);
  for (const std::string& name : wanted.identities)
    all[name] = attributes_object(
        value_of(call.services.operations.get_identity_dkim_attributes(params.account(), name),
                 params.account(), name),
        memory);
  co_return json::object({{"DkimAttributes", std::move(all)}}, memory);
}

answer verify_domain_identity(control_call call) {
  const control_params params{"VerifyDomainIdentity", call.params, {"Domain"}};
  const std::string domain = params.text("Domain");
  const identity issued =
      value_of(co_await call.services.operations.verify_domain_identity(caller_of(call, params), domain),
               params.account(), domain);
  co_return json::object{{"VerificationToken", txt_record_value(issued)}};
}

answer get_identity_verification_attributes(control_call call) {
  const control_params params{"GetIdentityVerificationAttributes", call.params, {"Identities"}};
  json::object all;
  const auto wanted = attributes_request::read(params);
  for (const std::string& name : wanted.identities) {
    const auto shown =
        value_of(call.services.operations.get_identity_verification_attributes(params.account(), name),
                 params.account(), name);
    if (!shown) continue;
    json::object attributes{{"VerificationStatus", to_string(shown->status)}};
    if (shown->token) attributes["VerificationToken"] = *shown->token;
    all[name] = std::move(attributes);
  }
  co_return json::object{{"VerificationAttributes", std::move(all)}};
}

answer set_identity_dkim_enabled(control_call call) {
  const control_params params{"SetIdentityDkimEnabled", call.params, {"Identity", "DkimEnabled"}};
  const std::string name = params.text("Identity");
  const bool enabled = params.boolean("DkimEnabled");
  value_of(
      co_await call.services.operations.set_identity_dkim_enabled(caller_of(call, params), name, enabled),
      params.account(), name);
  co_return json::object{};
}

answer list_identities(control_call call) {
  const control_params params{"ListIdentities", call.params, {"IdentityType", "MaxItems", "NextToken"}};
  const auto wanted = list_request::read(params);
  const identity_page page = value_of(call.services.operations.list_identities(params.account(), wanted),
                                      params.account(), wanted.next_token);
  json::array names;
  for (const domain_name& each : page.identities) names.emplace_back(each.text());
  json::object shown{{"Identities", std::move(names)}};
  if (!page.next_token.empty()) shown["NextToken"] = page.next_token;
  co_return shown;
}

answer delete_identity(control_call call) {
  const control_params params{"DeleteIdentity", call.params, {"Identity"}};
  const std::string name = params.text("Identity");
  value_of(co_await call.services.operations.delete_identity(caller_of(call, params), name), params.account(),
           name);
  co_return json::object{};
}

json::object shown_identity(const control_services& services, const described_identity& shown) {
  return identity_object(shown, services.operations.rules(), services.operations.naming());
}

answer describe_identity(control_call call) {
  const control_params params{"DescribeIdentity", call.params, {"Identity"}};
  const std::string name = params.text("Identity");
  co_return shown_identity(
      call.services,
      value_of(call.services.operations.describe_identity(params.account(), name), params.account(), name));
}

answer get_evidence(control_call call) {
  const control_params params{"GetEvidence", call.params, {"Identity"}};
  const std::string name = params.text("Identity");
  co_return evidence_object(
      value_of(call.services.operations.describe_identity(params.account(), name), params.account(), name));
}

/// Waits for the turn of a check; refuses one that comes too soon.
asio::awaitable<void> wait_for_turn(const control_caller& caller, std::string_view subject) {
  const std::optional<duration> wait = caller.turn_of_check ? caller.turn_of_check() : duration{0};
  if (!wait) throw refusal(errc::too_many_checks, subject);
  if (*wait == duration{0}) co_return;
  asio::steady_timer pause{co_await asio::this_coro::executor, *wait};
  co_await pause.async_wait(asio::use_awaitable);
}

answer check_identity(control_call call) {
  const control_params params{"CheckIdentity", call.params, {"Identity"}};
  const std::string name = params.text("Identity");
  co_await wait_for_turn(call.caller, name);
  co_return shown_identity(call.services,
                           value_of(co_await call.services.operations.check_identity(params.account(), name),
                                    params.account(), name));
}

answer inspect_domain(control_call call) {
  const control_params params{"InspectDomain", call.params, {"Domain"}};
  const std::string domain = params.text("Domain");
  co_await wait_for_turn(call.caller, domain);
  co_return inspection_object(value_of(
      co_await call.services.operations.inspect_domain(params.account(), domain), params.account(), domain));
}

answer watch_identities(control_call call) {
  const control_params params{"WatchIdentities", call.params, {}};
  if (const auto refusal = call.caller.watch(params.optional_text("Account")))
    throw request_refused{server_error, "Throttling", *refusal};
  co_return json::object{{"Watching", true}};
}

std::vector<import_row> import_rows(const control_params& params) {
  std::vector<import_row> rows;
  for (const json::value& each : params.array("Identities", most_identities_imported)) {
    if (!each.is_object())
      params.refuse("Identities", "a list of objects with Domain and, if you have them, DkimTokens");
    const control_params row = params.item("Identities", each.get_object(), {"Domain", "DkimTokens"});
    import_row read{.domain = row.text("Domain"), .tokens = std::nullopt};
    if (const json::value* tokens = each.get_object().if_contains("DkimTokens");
        tokens && !tokens->is_null()) {
      if (!tokens->is_array()) row.refuse("DkimTokens", "a list of three tokens");
      read.tokens = row.texts("DkimTokens", most_tokens_read);
    }
    rows.push_back(std::move(read));
  }
  return rows;
}

answer import_identities(control_call call) {
  const control_params params{"ImportIdentities", call.params, {"Identities"}};
  const import_summary summary = value_of(
      co_await call.services.operations.import_identities(caller_of(call, params), import_rows(params)),
      params.account(), "this import");
  json::array refused;
  for (const import_refusal& each : summary.refused) {
    const request_refused why = refusal(each.why, each.domain);
    refused.push_back(json::object{{"Domain", each.domain}, {"Code", why.word}, {"Message", why.what()}});
  }
  co_return json::object{
      {"Imported", summary.imported}, {"Existing", summary.existing}, {"Refused", std::move(refused)}};
}

answer back_up_store(control_call call) {
  const control_params params{"BackupStore", call.params, {"Compact"}};
  const bool compact = params.optional_boolean("Compact").value_or(false);
  file_handle to = call.caller.passed_file();
  if (!to)
    throw request_refused{
        invalid_params, "MissingParameter",
        "BackupStore writes into a file that the client opens and passes with the request (by "
        "SCM_RIGHTS): call easydkim backup FILE."};
  const std::uint64_t store_bytes = call.services.upkeep.usage().file_bytes;
  const auto copied = co_await call.services.upkeep.copy(
      std::move(to), compact ? store_layout::compact : store_layout::as_it_is, call.caller.gone);
  if (!copied) throw request_refused{server_error, "ServiceUnavailable", copied.error()};
  co_return json::object{{"Bytes", *copied}, {"StoreBytes", store_bytes}};
}

answer get_status(control_call call) {
  const control_params params{"GetStatus", call.params, {}};
  co_return call.services.status();
}

constexpr std::array methods{
    control_method{"VerifyDomainDkim", verify_domain_dkim},
    control_method{"GetIdentityDkimAttributes", get_identity_dkim_attributes},
    control_method{"VerifyDomainIdentity", verify_domain_identity},
    control_method{"GetIdentityVerificationAttributes", get_identity_verification_attributes},
    control_method{"SetIdentityDkimEnabled", set_identity_dkim_enabled},
    control_method{"ListIdentities", list_identities},
    control_method{"DeleteIdentity", delete_identity},
    control_method{"DescribeIdentity", describe_identity},
    control_method{"CheckIdentity", check_identity},
    control_method{"GetEvidence", get_evidence},
    control_method{"InspectDomain", inspect_domain},
    control_method{"WatchIdentities", watch_identities},
    control_method{"ImportIdentities", import_identities},
    control_method{"BackupStore", back_up_store},
    control_method{"GetStatus", get_status},
};

}  // namespace

const control_method* find_control_method(std::string_view name) noexcept {
  for (const control_method& each : methods)
    if (each.name == name) return &each;
  return nullptr;
}

}  // namespace easydkim
