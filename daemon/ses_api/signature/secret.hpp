// SPDX-License-Identifier: Apache-2.0
// A text that nobody may find in memory that was given back: its octets are overwritten when it goes.
#pragma once

#include <string.h>

#include <concepts>
#include <string>
#include <string_view>

namespace easydkim {

/// Copies what it is made from; the source is the caller's to wipe. Never streamed, never compared: there is
/// no way from here into a log line but `text()`.
class secret {
 public:
  secret() = default;
  template <std::convertible_to<std::string_view> Text>
  secret(const Text& text) : text_{std::string_view{text}} {}  // not explicit: a literal is fine in a table

  secret(const secret&) = default;
  secret(secret&&) noexcept = default;
  secret& operator=(secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret() { wipe(text_); }

  std::string_view text() const noexcept { return text_; }

  /// Overwrites all that `text` has room for, and empties it.
  static void wipe(std::string& text) noexcept {
    text.resize(text.capacity());  // also what a shorter value left behind the end
    ::explicit_bzero(text.data(), text.size());
    text.clear();
  }

 private:
  std::string text_;
};

}  // namespace easydkim
