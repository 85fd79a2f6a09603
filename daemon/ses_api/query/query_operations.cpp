// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/query/query_operations.hpp"

#include <array>
#include <optional>
#include <set>

#include "core/printable.hpp"
#include "daemon/operations/operations.hpp"
#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/query/query_request.hpp"
#include "daemon/ses_api/query/query_response.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// One call of an operation; all of it lives as long as the call.
struct query_call {
  easydkim::operations& operations;
  const caller& by;
  const std::string& account;  // that of the key
  const query_request& request;
  pugi::xml_node result;
};
using done = asio::awaitable<void>;

void append_tokens(pugi::xml_node parent, const token_set& tokens) {
  pugi::xml_node list = parent.append_child("DkimTokens");
  for (const token& each : tokens) append_text(list, "member", each.text());
}

/// <entry><key/><value/></entry>; the value, to be filled.
pugi::xml_node append_entry(pugi::xml_node map, const std::string& key) {
  pugi::xml_node entry = map.append_child("entry");
  append_text(entry, "key", key);
  return entry.append_child("value");
}

/// The names that were asked for, each once: a map has no key twice.
std::set<std::string> identities_asked(const query_request& request) {
  const auto wanted = attributes_request::read(request);
  return {wanted.identities.begin(), wanted.identities.end()};
}

done verify_domain_dkim(query_call call) {
  const std::string domain = call.request.text("Domain");
  const identity issued =
      value_or_refusal(co_await call.operations.verify_domain_dkim(call.by, domain), domain);
  append_tokens(call.result, issued.tokens);
}

done get_identity_dkim_attributes(query_call call) {
  pugi::xml_node map = call.result.append_child("DkimAttributes");
  for (const std::string& name : identities_asked(call.request)) {
    const dkim_attributes shown =
        value_or_refusal(call.operations.get_identity_dkim_attributes(call.account, name), name);
    pugi::xml_node value = append_entry(map, name);
    append_boolean(value, "DkimEnabled", shown.enabled);
    append_text(value, "DkimVerificationStatus", to_string(shown.status));
    if (shown.tokens) append_tokens(value, *shown.tokens);
  }
  co_return;
}

done set_identity_dkim_enabled(query_call call) {
  const std::string name = call.request.text("Identity");
  const bool enabled = call.request.boolean("DkimEnabled");
  value_or_refusal(co_await call.operations.set_identity_dkim_enabled(call.by, name, enabled), name);
}

done list_identities(query_call call) {
  const auto wanted = list_request::read(call.request);
  const identity_page page =
      value_or_refusal(call.operations.list_identities(call.account, wanted), wanted.next_token);
  pugi::xml_node list = call.result.append_child("Identities");
  for (const domain_name& each : page.identities) append_text(list, "member", each.text());
  if (!page.next_token.empty()) append_text(call.result, "NextToken", page.next_token);
  co_return;
}

done delete_identity(query_call call) {
  const std::string name = call.request.text("Identity");
  value_or_refusal(co_await call.operations.delete_identity(call.by, name), name);
}

done verify_domain_identity(query_call call) {
  const std::string domain = call.request.text("Domain");
  const identity issued =
      value_or_refusal(co_await call.operations.verify_domain_identity(call.by, domain), domain);
  append_text(call.result, "VerificationToken", txt_record_value(issued));
}

done get_identity_verification_attributes(query_call call) {
  pugi::xml_node map = call.result.append_child("VerificationAttributes");
  for (const std::string& name : identities_asked(call.request)) {
    const auto shown =
        value_or_refusal(call.operations.get_identity_verification_attributes(call.account, name), name);
    if (!shown) continue;  // as SES, which leaves out whom it does not know
    pugi::xml_node value = append_entry(map, name);
    append_text(value, "VerificationStatus", to_string(shown->status));
    if (shown->token) append_text(value, "VerificationToken", *shown->token);
  }
  co_return;
}

struct query_operation {
  std::string_view action;
  api_effect effect;
  done (*run)(query_call call);
};
constexpr std::array table{
    query_operation{"VerifyDomainDkim", api_effect::changes, verify_domain_dkim},
    query_operation{"GetIdentityDkimAttributes", api_effect::reads, get_identity_dkim_attributes},
    query_operation{"SetIdentityDkimEnabled", api_effect::changes, set_identity_dkim_enabled},
    query_operation{"ListIdentities", api_effect::reads, list_identities},
    query_operation{"DeleteIdentity", api_effect::changes, delete_identity},
    query_operation{"VerifyDomainIdentity", api_effect::changes, verify_domain_identity},
    query_operation{"GetIdentityVerificationAttributes", api_effect::reads,
                    get_identity_verification_attributes},
};

const query_operation* find_operation(std::string_view action) noexcept {
  for (const query_operation& each : table)
    if (each.action == action) return &each;
  return nullptr;
}

}  // namespace

asio::awaitable<api_answer> answer_query(api_call call) {
  const auto request = query_request::read(call.request);
  api_answer answer;
  if (!request) {
    answer.sent = query_error(request.error(), call.request_id);
    answer.refused = request.error().fault;
    co_return answer;
  }
  answer.operation = excerpt(request->action());
  const query_operation* operation = find_operation(request->action());
  if (!operation) {
    const api_error unknown{api_fault::invalid_action, "There is no operation '" + answer.operation +
                                                           "' here; see easydkimd(8) for those there are."};
    answer.sent = query_error(unknown, call.request_id);
    answer.refused = unknown.fault;
    co_return answer;
  }
  answer.effect = operation->effect;
  query_response response{operation->action};
  std::optional<api_error> refused;
  try {
    const query_call one{call.operations, call.by, call.by.account, *request, response.result()};
    co_await operation->run(one);
  } catch (const api_refusal& why) {
    refused = why.error();
  }
  if (refused) answer.refused = refused->fault;
  answer.sent = refused ? query_error(*refused, call.request_id) : response.answer(call.request_id);
  co_return answer;
}

}  // namespace easydkim
