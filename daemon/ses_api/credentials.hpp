// The key pairs that may sign requests to the SES API: credentials.toml.
//
//   [[credential]]
//   access_key_id = "AKIDEXAMPLE"
//   secret_access_key = "..."
//   account = "default"
#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace easydkim {

struct credential {
  std::string access_key_id;
  std::string secret_access_key;  // never logged, never part of an error
  std::string account;
};

class credentials {
 public:
  credentials() = default;
  explicit credentials(std::vector<credential> all) : all_{std::move(all)} {}

  /// Null when there is no such key.
  const credential* find(std::string_view access_key_id) const noexcept;

  std::size_t size() const noexcept { return all_.size(); }

 private:
  std::vector<credential> all_;
};

/// All key pairs, or one sentence for the operator: file, line, what is allowed. Refused when users other
/// than the owner (and root) can read or write the file. Errors never quote a secret.
boost::system::result<credentials, std::string> load_credentials(const std::filesystem::path& file);

/// The same from TOML text; `file` is only for the sentence.
boost::system::result<credentials, std::string> parse_credentials(std::string_view text,
                                                                  std::string_view file);

}  // namespace easydkim
