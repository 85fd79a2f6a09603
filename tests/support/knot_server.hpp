// SPDX-License-Identifier: Apache-2.0
// A real Knot DNS server with zones of the test, on port 53 of a loopback address.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace easydkim::tests {

class knot_server {
 public:
  /// `zones`: apex -> what stands in its zone file below the SOA. Returns when it answers for all of them.
  /// Throws std::runtime_error, with the log, when it does not.
  knot_server(const std::string& address, const std::map<std::string, std::string>& zones);
  ~knot_server();
  knot_server(const knot_server&) = delete;
  knot_server& operator=(const knot_server&) = delete;

 private:
  bool answers_for(const std::string& address, const std::string& apex) const;

  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

}  // namespace easydkim::tests
