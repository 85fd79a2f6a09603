// SPDX-License-Identifier: Apache-2.0
#include "client/text/console.hpp"

#include <array>
#include <ostream>

#include "core/printable.hpp"

namespace easydkim {
namespace {

struct row {
  std::string_view word;
  tone how;
};

constexpr std::array tones{
    row{"Success", tone::good},      row{"Pending", tone::waiting}, row{"TemporaryFailure", tone::waiting},
    row{"Failed", tone::bad},        row{"found", tone::good},      row{"unchecked", tone::waiting},
    row{"no_answer", tone::waiting}, row{"absent", tone::bad},      row{"wrong_target", tone::bad},
};

std::string_view escape_sequence(tone how) {
  switch (how) {
    case tone::plain:
      return "";
    case tone::good:
      return "\033[32m";
    case tone::waiting:
      return "\033[33m";
    case tone::bad:
      return "\033[31m";
    case tone::heading:
      return "\033[1m";
  }
  return "";
}

}  // namespace

tone tone_of(std::string_view word) noexcept {
  for (const row& each : tones)
    if (each.word == word) return each.how;
  return tone::plain;
}

std::string painted(const console& where, std::string_view text, tone how) {
  if (!where.colour || how == tone::plain) return std::string{text};
  return std::string{escape_sequence(how)} + std::string{text} + "\033[0m";
}

void tell(console& where, const std::exception& why) {
  where.out << std::flush;  // what was done before stands before it, also where both go to one place
  where.err << "easydkim: " << printable(why.what()) << '\n';
}

void clear_progress(console& where) {
  if (where.err_is_terminal) where.err << "\r\033[K" << std::flush;
}

void show_progress(console& where, std::string_view text) {
  where.err << "\r\033[K" << text << std::flush;
}

}  // namespace easydkim
