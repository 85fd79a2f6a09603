// SPDX-License-Identifier: Apache-2.0
// The XML of SES: <XResponse><XResult>...</XResult><ResponseMetadata>, and <ErrorResponse>.
// https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html
#pragma once

#include <concepts>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "daemon/http/http_answer.hpp"
#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

/// The answer of an operation that did what was asked. Texts that are put into it must satisfy `is_xml_text`.
class query_response {
 public:
  /// `action`: a name of an operation, so that it can be the name of an element.
  explicit query_response(std::string_view action);

  /// <XResult>, to be filled; it stands in the answer even when it is empty, for botocore needs it.
  pugi::xml_node result() noexcept { return result_; }

  http_answer answer(const std::string& request_id);

 private:
  pugi::xml_document document_;
  pugi::xml_node result_;
};

/// The error's code word in SES 2010-12-01.
std::string_view code_word(api_fault fault) noexcept;

http_answer query_error(const api_error& why, const std::string& request_id);

/// <name>text</name> below `parent`.
void append_text(pugi::xml_node parent, const char* name, std::string_view text);
/// <name>true</name>; a template, so that no pointer becomes a bool.
void append_boolean(pugi::xml_node parent, const char* name, std::same_as<bool> auto value) {
  append_text(parent, name, value ? "true" : "false");
}

}  // namespace easydkim
