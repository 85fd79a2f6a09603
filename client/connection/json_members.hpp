// SPDX-License-Identifier: Apache-2.0
// Reads members of the daemon's answers, and writes JSON for people and programs.
//
// What is missing, null or of another type reads as empty: the client shows what there is, and a newer daemon
// may send more.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace easydkim {

namespace json = boost::json;

std::string text_of(const json::object& from, std::string_view member);
bool flag_of(const json::object& from, std::string_view member);
double number_of(const json::object& from, std::string_view member);
const json::object& object_of(const json::object& from, std::string_view member);
const json::array& list_of(const json::object& from, std::string_view member);

/// `value` on one line, without a line end. DEL and the C1 controls are written as \u00XX, so that the line
/// is safe on a terminal and the value is the same.
std::string one_line(const json::value& value);

/// The text is valid UTF-8 (RFC 3629): what JSON may carry.
bool is_utf8(std::string_view text) noexcept;

}  // namespace easydkim
