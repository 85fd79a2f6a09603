// SPDX-License-Identifier: Apache-2.0
// Reading the params object of a control request: each member by name and type, with SES's error codes.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace easydkim {

/// A request that is refused before any operation ran: a JSON-RPC code, SES's code word, and one sentence.
struct request_refused : std::runtime_error {
  request_refused(int rpc_code, std::string code_word, const std::string& sentence)
      : std::runtime_error{sentence}, rpc{rpc_code}, word{std::move(code_word)} {}
  int rpc;
  std::string word;  // empty: an error of JSON-RPC itself
};

/// Wraps the params of one request, or an object in a list of them; the object must outlive it. Every getter
/// throws `request_refused`.
class control_params {
 public:
  using names = std::initializer_list<std::string_view>;

  /// The params of `method`. Refuses members that are not in `allowed` ("Account" always is), so that a
  /// misspelt one is noticed.
  control_params(std::string_view method, const boost::json::object& params, names allowed);

  /// An object in the list `list` of these params, which has no "Account" of its own.
  control_params item(std::string_view list, const boost::json::object& object, names allowed) const;

  std::string account() const;
  std::string text(std::string_view name) const;
  std::optional<std::string> optional_text(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::optional<bool> optional_boolean(std::string_view name) const;
  std::optional<std::uint64_t> optional_number(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name, std::size_t most) const;
  const boost::json::array& array(std::string_view name, std::size_t most) const;

  /// A member with a value that this method does not take. `allowed`: what it takes, for the sentence.
  [[noreturn]] void refuse(std::string_view name, std::string_view allowed) const;

 private:
  struct description {
    std::string_view place;  // where a missing member belongs
    std::string_view also;   // a member that is always allowed; empty for none
  };
  control_params(std::string owner, const boost::json::object& members, names allowed, description what);

  const boost::json::value* find(std::string_view name) const;
  const boost::json::value& need(std::string_view name) const;

  std::string owner_;  // whose members these are, for sentences
  std::string_view place_;
  const boost::json::object& params_;
};

}  // namespace easydkim
