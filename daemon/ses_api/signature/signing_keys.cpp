// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/signing_keys.hpp"

#include <span>

namespace easydkim {

signing_key derived_key(const secret& from, const credential_scope& scope) {
  std::string start;
  start.reserve(4 + from.text().size());  // one buffer, so that one is wiped
  start.append("AWS4").append(from.text());
  signing_key key{
      hmac_sha256(std::span{reinterpret_cast<const std::uint8_t*>(start.data()), start.size()}, scope.date)};
  secret::wipe(start);
  for (const std::string* part : {&scope.region, &scope.service, &scope.terminator})
    key.octets = hmac_sha256(key.octets, *part);
  return key;
}

const signing_key& signing_keys::find(std::string_view access_key_id, const secret& from,
                                      const credential_scope& scope) {
  std::string name{access_key_id};
  name.append("/").append(scope.text());
  if (const auto known = keys_.find(name); known != keys_.end()) return known->second;
  if (keys_.size() >= most_keys) keys_.clear();
  return keys_.emplace(std::move(name), derived_key(from, scope)).first->second;
}

}  // namespace easydkim
