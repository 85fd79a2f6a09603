// SPDX-License-Identifier: Apache-2.0
// The key pairs that may sign requests to the SES API: credentials.toml.
//
//   [[credential]]
//   access_key_id = "AKIDEXAMPLE"
//   secret_access_key = "..."
//   account = "default"
//
// Secrets are overwritten in memory when they go. What TOML itself copies while it reads is not all in reach:
// its values are overwritten too, the buffers of its lexer are not.
#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ses_api/signature/secret.hpp"
#include "daemon/ses_api/signature/signing_keys.hpp"

namespace easydkim {

struct credential {
  std::string access_key_id;
  secret secret_access_key;  // never logged, never part of an error
  std::string account;
};

class credentials {
 public:
  credentials() = default;

  /// Precondition: no access key id twice.
  explicit credentials(std::vector<credential> all);

  /// Null when there is no such key.
  const credential* find(std::string_view access_key_id) const noexcept;

  /// The derived key of `signer` for `scope`; when it is null, one of a secret that nobody has, for the same
  /// work. From a cache that goes with this object. Valid until the next call; one thread at a time.
  const signing_key& key_for(const credential* signer, const credential_scope& scope) const;

  std::size_t size() const noexcept { return all_.size(); }

 private:
  std::vector<credential> all_;  // by access key id
  mutable signing_keys derived_;
};

/// All key pairs, or one sentence for the operator: file, line, what is allowed. Refused when users other
/// than the owner (and root) can read or write the file: any permission of its group or of others. What
/// systemd puts into $CREDENTIALS_DIRECTORY may be read by the group root, because LoadCredential= lets the
/// service in by an ACL that shows there. Errors never quote the file's text.
boost::system::result<credentials, std::string> load_credentials(const std::filesystem::path& file);

/// The same from TOML text; `file` is only for the sentence.
boost::system::result<credentials, std::string> parse_credentials(std::string_view text,
                                                                  std::string_view file);

}  // namespace easydkim
