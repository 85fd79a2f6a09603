// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace easydkim {

namespace json = boost::json;

namespace {

std::string number_text(double number) {
  std::array<char, 64> text{};
  const auto [end, fault] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (fault != std::errc{}) return json::serialize(json::value(number));
  std::string shown{text.data(), end};
  return shown.find('.') == shown.npos ? shown + ".0" : shown;
}

void append(std::string& text, const json::value& value, const std::string& indent);

/// The members of an object or the elements of an array, one a line, between their brackets.
template <class Container, class AppendOne>
void append_lines(std::string& text, const Container& all, const std::string& indent, AppendOne append_one) {
  const std::string deeper = indent + "  ";
  const char* separator = "\n";
  for (const auto& each : all) {
    text += separator + deeper;
    append_one(each, deeper);
    separator = ",\n";
  }
  text += "\n" + indent;
}

void append(std::string& text, const json::value& value, const std::string& indent) {
  if (value.is_double()) {
    text += number_text(value.get_double());
  } else if (value.is_object() && !value.get_object().empty()) {
    text += '{';
    append_lines(text, value.get_object(), indent, [&](const auto& member, const std::string& deeper) {
      text += json::serialize(member.key()) + ": ";
      append(text, member.value(), deeper);
    });
    text += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    text += '[';
    append_lines(text, value.get_array(), indent,
                 [&](const json::value& each, const std::string& deeper) { append(text, each, deeper); });
    text += ']';
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

std::string readable_json(const json::value& value) {
  std::string text;
  append(text, value, "");
  return text + "\n";
}

}  // namespace easydkim
