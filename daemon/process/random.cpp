// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/random.hpp"

#include <openssl/rand.h>

#include <limits>
#include <stdexcept>

namespace easydkim {

void fill_random(std::span<std::uint8_t> octets) {
  if (octets.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::length_error{"more random octets asked for than OpenSSL gives in one call"};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1)
    throw std::runtime_error{"OpenSSL has no random octets (RAND_bytes failed)"};
}

}  // namespace easydkim
