// SPDX-License-Identifier: Apache-2.0
// A domain name where it stands in a DNS message, read in place.
//
// Names in a message may end in a pointer to an earlier name (RFC 1035 section 4.1.4), and whoever sends the
// message may point anywhere. Only pointers that go backwards are followed, each below the one before, and no
// more of them than a name has labels, so a name is read in bounded time. Labels are compared as octets,
// never as text: a dot inside a label is no separator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace easydkim {

/// A view: the message must outlive it.
class message_name {
 public:
  /// Reads the labels one after the other, without the root. A copy goes on from where the original is.
  class labels {
   public:
    labels(std::span<const std::uint8_t> message, std::size_t at) noexcept : message_{message}, at_{at} {}
    std::optional<std::string_view> next() noexcept;

   private:
    std::span<const std::uint8_t> message_;
    std::size_t at_;
  };

  /// The name at `at`. Nothing when it leaves the message, is longer than 255 octets, has a label type that
  /// does not exist, a pointer that does not go backwards, or too many of them.
  static std::optional<message_name> read(std::span<const std::uint8_t> message, std::size_t at) noexcept;

  /// Where the octets behind the name begin.
  std::size_t end() const noexcept { return end_; }

  labels each() const noexcept { return {message_, at_}; }

  /// Equal label by label, without regard to ASCII case (RFC 4343).
  bool operator==(const message_name& other) const noexcept;

  /// True for LABEL.SUFFIX. `suffix`: host name text without dots at its ends.
  bool is(std::string_view label, std::string_view suffix) const noexcept;

  /// Presentation format without the last dot: "a.example.com", "a\.b\032c.example"; "." for the root. In
  /// lower case: a target that points into the question has the letters that were drawn for it
  /// (dns_question), so the same record would look like another at every check.
  std::string text() const;

 private:
  message_name(std::span<const std::uint8_t> message, std::size_t at, std::size_t end) noexcept
      : message_{message}, at_{at}, end_{end} {}

  std::span<const std::uint8_t> message_;
  std::size_t at_;
  std::size_t end_;
};

/// Equal without regard to the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace easydkim
