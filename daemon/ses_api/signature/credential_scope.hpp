// SPDX-License-Identifier: Apache-2.0
// What a signature is good for: one day, one region, one service.
#pragma once

#include <string>

namespace easydkim {

struct credential_scope {
  std::string date;        // "20150830"
  std::string region;      // "us-east-1"
  std::string service;     // "ses"
  std::string terminator;  // "aws4_request"

  /// "20150830/us-east-1/ses/aws4_request": its line of the string to sign.
  std::string text() const { return date + '/' + region + '/' + service + '/' + terminator; }
};

}  // namespace easydkim
