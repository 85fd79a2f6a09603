// SPDX-License-Identifier: Apache-2.0
// Why a request over HTTP gets no further than the connection: nobody knows yet what it asks for.
#pragma once

#include <cstdint>
#include <string>

namespace easydkim {

enum class http_fault : std::uint8_t {
  malformed,  // not HTTP/1.1 as its rules are
  too_large,  // the header or the body is over its limit
  no_room,    // all connections are taken
};

struct http_refusal {
  http_fault fault;
  std::string message;  // a sentence with the remedy
};

}  // namespace easydkim
