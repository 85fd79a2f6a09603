// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/signed_headers.hpp"

#include <algorithm>

#include "core/printable.hpp"

namespace easydkim {
namespace {

using boost::system::result;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether `name` reads `lower_name` when its capitals are made small.
bool is_called(std::string_view name, std::string_view lower_name) {
  return std::ranges::equal(name, lower_name, {}, lower);
}

/// The characters of a header name (RFC 9110 section 5.6.2), capitals left out.
bool is_lower_token(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~") == name.npos;
}

/// Appends `value` with every run of white space made one space, and none at its ends.
void append_folded(std::string& to, std::string_view value) {
  constexpr std::string_view white = " \t\r\n\v\f";
  bool first = true;
  for (auto begin = value.find_first_not_of(white); begin != value.npos;) {
    const auto end = std::min(value.find_first_of(white, begin), value.size());
    if (!first) to += ' ';
    first = false;
    to += value.substr(begin, end - begin);
    begin = value.find_first_not_of(white, end);
  }
}

/// A header by its name in lower case.
struct named_value {
  std::string name;
  std::string_view value;
  std::string_view view() const noexcept { return name; }
};

/// By name, those of one name in the order they came: whoever sends many headers gets no search for each of
/// them.
std::vector<named_value> sorted_headers(const http_request& request) {
  std::vector<named_value> sorted;
  sorted.reserve(request.headers.size());
  for (const http_header& each : request.headers) sorted.push_back({lower_case(each.name), each.value});
  std::ranges::stable_sort(sorted, {}, &named_value::view);
  return sorted;
}

api_error unsigned_header(std::string_view name) {
  return {api_fault::signature_does_not_match,
          '\'' + excerpt(name) + "' must be a 'SignedHeader' in the AWS Authorization."};
}

}  // namespace

std::vector<std::string_view> header_values(const http_request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const http_header& each : request.headers)
    if (is_called(each.name, name)) values.push_back(each.value);
  return values;
}

std::string lower_case(std::string_view text) {
  std::string small{text};
  std::ranges::transform(small, small.begin(), lower);
  return small;
}

result<std::vector<std::string>, api_error> read_signed_headers(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(';', begin), list.size());
    const std::string_view name = list.substr(begin, end - begin);
    if (!is_lower_token(name) || (!names.empty() && name <= names.back()))
      return api_error{api_fault::incomplete_signature,
                       "SignedHeaders must be names of headers in lower case and ascending order, each once, "
                       "with \";\" between them, such as host;x-amz-date."};
    names.emplace_back(name);
    begin = end + 1;
  }
  return names;
}

result<void, api_error> check_signed_headers(const http_request& request,
                                             const std::vector<std::string>& names,
                                             const header_duties& duties) {
  const auto is_signed = [&](std::string_view name) {
    return std::ranges::binary_search(names, name, {},
                                      [](const auto& each) { return std::string_view{each}; });
  };
  if (!is_signed("host"))
    return api_error{api_fault::signature_does_not_match,
                     "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."};
  if (header_values(request, "host").size() > 1)
    return api_error{api_fault::incomplete_signature, "The request has two Host headers; send one."};
  if (!duties.time.empty() && !is_signed(duties.time)) return unsigned_header(duties.time);

  const std::vector<named_value> headers = sorted_headers(request);
  const auto is_there = [&](std::string_view name) {
    return std::ranges::binary_search(headers, name, {}, &named_value::view);
  };
  if (!std::ranges::all_of(names, is_there))
    return api_error{api_fault::signature_does_not_match,
                     "SignedHeaders names a header that the request does not have; sign only what is sent, "
                     "and let no proxy remove headers."};

  for (const named_value& each : headers)
    if (each.name.starts_with("x-amz-") && each.name != "x-amz-content-sha256" &&
        each.name != duties.exempt && !is_signed(each.name))
      return unsigned_header(each.name);
  return {};
}

std::string canonical_headers(const http_request& request, const std::vector<std::string>& names) {
  const std::vector<named_value> headers = sorted_headers(request);
  std::string lines;
  for (const std::string& name : names) {
    lines.append(name).append(":");
    bool first = true;
    auto each = std::ranges::lower_bound(headers, std::string_view{name}, {}, &named_value::view);
    for (; each != headers.end() && each->view() == name; ++each) {
      if (!first) lines += ',';
      first = false;
      append_folded(lines, each->value);
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace easydkim
