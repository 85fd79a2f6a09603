// SPDX-License-Identifier: Apache-2.0
// Any octets as a domain name: refused, or a name that gives itself when it is read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/operations/idna.hpp"
#include "daemon/operations/public_suffix.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const auto name = to_domain_name({reinterpret_cast<const char*>(data), size});
  if (!name) return 0;
  const auto again = to_domain_name(name->text());
  if (!again || *again != *name) std::abort();
  if (name->text().size() > domain_name::max_length) std::abort();
  if (name->text().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") != std::string::npos)
    std::abort();
  suffix_kind_of(*name);
  return 0;
}
