// SPDX-License-Identifier: Apache-2.0
// The configuration, /etc/easydkim/easydkimd.toml, as values that were all checked.
//
// What a default-constructed `config` holds are the defaults; config_key has one row for each key. Reading
// never changes anything: it gives a whole configuration, or one sentence.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy.hpp"
#include "daemon/process/log_level.hpp"
#include "resolver/transport/server_address.hpp"

namespace easydkim {

struct config {
  struct store_settings {
    std::filesystem::path path = "/var/lib/easydkim";
    std::uint64_t size = std::uint64_t{16} << 30;  // octets
  } store;

  struct control_settings {
    std::filesystem::path socket = "/run/easydkim/control.sock";  // at most 107 octets (unix(7))
    std::uint32_t mode = 0660;                                    // permission bits of the socket
    std::uint32_t max_connections = 256;
  } control;

  struct status_settings {
    std::filesystem::path file = "/run/easydkim/status.json";
    duration interval = std::chrono::seconds{5};
  } status;

  struct verification_settings {
    std::string target_suffix = "dkim.amazonses.com";  // lower case, no dot at its end
    std::vector<std::string> former_suffixes;          // that identities may have been issued with; the same
    std::string txt_prefix = "_amazonses";             // one label, lower case
    policy rules;                                      // [verification] and the schedule of [polling]
  } verification;

  struct pace_settings {
    std::uint32_t max_lookups_per_second = 5000;  // 0: no limit
  } pace;

  struct resolver_settings {
    enum class who : std::uint8_t {
      recursive,      // the servers below, or those of resolv.conf
      authoritative,  // the name servers of the domain's zone
    } mode = who::authoritative;
    std::vector<server_address> servers;  // empty: those of the system's resolv.conf
    duration timeout = std::chrono::seconds{2};
    std::uint32_t tries = 3;
    std::uint32_t max_in_flight = 1000;
    enum class confirmation : std::uint8_t {
      none,  // the poll's answer is enough
      tcp,   // ask once more over TCP before Success
    } confirm = confirmation::tcp;
    std::vector<server_address> confirm_servers;  // empty: `servers`
    std::uint32_t confirm_quorum = 1;             // at most as many as there are confirm_servers
    bool trust_ad = false;                        // AD=1 from `servers` confirms alone
    bool allow_private_servers = false;           // name servers of domains at private addresses
  } resolver;

  struct authority_settings {
    std::uint32_t queries_per_second = 5;  // to one address
    std::uint32_t in_flight = 2;           // to one address
    std::uint32_t max_in_flight = 256;     // to all
    duration timeout = std::chrono::seconds{2};
    duration lame_for = std::chrono::minutes{15};
    duration longest_silence = std::chrono::minutes{30};
    duration least_ttl = std::chrono::minutes{1};  // of what is remembered of a zone
    duration longest_ttl = std::chrono::hours{1};
    std::uint32_t max_zones = 100'000;
    std::uint32_t max_servers = 100'000;
    std::uint32_t max_diagnoses = 16;  // at the same time, beside those that somebody asked for
  } authority;

  struct limit_settings {
    std::uint32_t verify_domain_dkim_per_second = 1;  // per account; 0: no limit
    std::uint32_t identities_per_account = 0;         // 0: no limit
    std::uint32_t connections_per_uid = 0;            // of the control socket; 0: a quarter, at least 4
    std::uint32_t checks_per_second = 10;             // per control connection; 0: no limit
    std::vector<std::string> own_mailbox_domains;     // lower case; verified though is_of_mailbox_provider
    bool private_suffixes = false;                    // whether "github.io" itself may be verified
  } limits;

  struct ses_api_settings {
    std::optional<server_address> listen;  // nothing: off; beyond loopback only with allow_remote
    std::filesystem::path credentials = "/etc/easydkim/credentials.toml";
    std::string region;
    bool allow_remote = false;
    duration clock_skew = std::chrono::minutes{15};  // a signature may be older or newer by this
    std::uint32_t max_connections = 256;
    std::uint32_t connections_per_address = 0;  // without a valid signature; 0: see http_shares
    std::uint64_t max_body = 64 << 10;          // octets
    std::uint64_t max_header = 16 << 10;        // octets
    duration request_timeout = std::chrono::seconds{10};
    duration idle_timeout = std::chrono::minutes{1};
  } ses_api;

  struct metrics_settings {
    std::optional<server_address> listen;  // nothing: off; beyond loopback only with allow_remote
    bool allow_remote = false;
    std::uint32_t max_connections = 16;
    std::uint64_t max_header = 16 << 10;  // octets
    duration request_timeout = std::chrono::seconds{10};
    duration idle_timeout = std::chrono::minutes{2};
  } metrics;

  struct log_settings {
    log_level level = log_level::info;
  } log;
};

/// Where the daemon looks when no --config is given; there, a missing file means the defaults.
inline constexpr std::string_view default_config_file = "/etc/easydkim/easydkimd.toml";

/// A configuration, or one sentence for the operator: "FILE:LINE: SECTION.KEY: must be ...".
using config_or_fault = boost::system::result<config, std::string>;

/// Reads TOML 1.0 text. `file` is only for the sentence. Never throws on any text.
config_or_fault parse_config(std::string_view text, std::string_view file);

enum class missing_file : std::uint8_t {
  is_refused,      // the operator named it
  means_defaults,  // nobody named it
};
config_or_fault load_config(const std::filesystem::path& file, missing_file when_missing);

/// What SIGHUP may change, taken over from `fresh` into `running`; and the keys ("store.path") that differ
/// but take effect only at the next start.
struct reloaded_config {
  config settings;
  std::vector<std::string> need_restart;
};
reloaded_config reloaded(const config& running, const config& fresh);

}  // namespace easydkim
