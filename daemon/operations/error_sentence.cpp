// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/error_sentence.hpp"

#include "core/error_kind.hpp"
#include "core/printable.hpp"

namespace easydkim {

std::string error_sentence(errc error, std::string_view subject) {
  const std::string text{sentence(error)};
  const error_kind kind = kind_of(error);
  if (error == errc::not_verified_for_dkim)  // SES's own words
    return "Domain " + excerpt(subject) + " is not verified for DKIM signing; call VerifyDomainDkim first.";
  if (error == errc::rate_exceeded) return text;  // these, too
  const bool about_subject = kind == error_kind::invalid_value || kind == error_kind::not_found;
  return about_subject ? "'" + excerpt(subject) + "' " + text + "." : "Refused: " + text + ".";
}

}  // namespace easydkim
