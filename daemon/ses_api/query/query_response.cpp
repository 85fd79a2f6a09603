// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/query/query_response.hpp"

#include <array>

namespace easydkim {
namespace {

constexpr const char* name_space = "http://ses.amazonaws.com/doc/2010-12-01/";

struct row {
  api_fault fault;
  unsigned status;
  const char* code;
};
constexpr std::array faults{
    row{api_fault::incomplete_signature, 400, "IncompleteSignature"},
    row{api_fault::invalid_client_token, 403, "InvalidClientTokenId"},
    row{api_fault::signature_does_not_match, 403, "SignatureDoesNotMatch"},
    row{api_fault::missing_authentication_token, 403, "MissingAuthenticationToken"},
    row{api_fault::request_expired, 400, "RequestExpired"},
    row{api_fault::invalid_action, 400, "InvalidAction"},
    row{api_fault::missing_action, 400, "MissingAction"},
    row{api_fault::missing_parameter, 400, "MissingParameter"},
    row{api_fault::invalid_parameter_value, 400, "InvalidParameterValue"},
    row{api_fault::invalid_parameter_combination, 400, "InvalidParameterCombination"},
    row{api_fault::malformed_query_string, 404, "MalformedQueryString"},
    row{api_fault::not_found, 404, "NotFound"},
    row{api_fault::already_exists, 400, "AlreadyExists"},
    row{api_fault::throttling, 400, "Throttling"},
    row{api_fault::limit_exceeded, 400, "LimitExceeded"},
    row{api_fault::service_unavailable, 503, "ServiceUnavailable"},
    row{api_fault::internal_failure, 500, "InternalFailure"},
    row{api_fault::content_too_large, 413, "RequestEntityTooLarge"},
    row{api_fault::malformed_request, 400, "MalformedHttpRequest"},
};

const row& row_of(api_fault fault) noexcept {
  static constexpr row unknown{api_fault::internal_failure, 500, "InternalFailure"};
  for (const row& each : faults)
    if (each.fault == fault) return each;
  return unknown;
}

struct string_writer : pugi::xml_writer {
  std::string text;
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

http_answer xml_answer(unsigned status, const pugi::xml_document& document, const std::string& request_id) {
  string_writer to;
  document.save(to, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return {.status = status,
          .content_type = "text/xml",
          .body = std::move(to.text),
          .headers = {{request_id_header, request_id}}};
}

pugi::xml_node root(pugi::xml_document& document, const std::string& name) {
  pugi::xml_node added = document.append_child(name.c_str());
  added.append_attribute("xmlns").set_value(name_space);
  return added;
}

}  // namespace

query_response::query_response(std::string_view action) {
  const std::string name{action};
  result_ = root(document_, name + "Response").append_child((name + "Result").c_str());
}

http_answer query_response::answer(const std::string& request_id) {
  append_text(result_.parent().append_child("ResponseMetadata"), "RequestId", request_id);
  return xml_answer(200, document_, request_id);
}

std::string_view code_word(api_fault fault) noexcept {
  return row_of(fault).code;
}

http_answer query_error(const api_error& why, const std::string& request_id) {
  const row& is = row_of(why.fault);
  pugi::xml_document document;
  pugi::xml_node response = root(document, "ErrorResponse");
  pugi::xml_node error = response.append_child("Error");
  append_text(error, "Type", is.status < 500 ? "Sender" : "Receiver");
  append_text(error, "Code", is.code);
  append_text(error, "Message", why.message);
  append_text(response, "RequestId", request_id);
  return xml_answer(is.status, document, request_id);
}

void append_text(pugi::xml_node parent, const char* name, std::string_view text) {
  parent.append_child(name).text().set(std::string{text}.c_str());
}

}  // namespace easydkim
