// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/config_key.hpp"

#include <array>

#include "daemon/config/config_place.hpp"
#include "daemon/config/dns_config_keys.hpp"

namespace easydkim {
namespace {

constexpr auto rules = &c::verification_settings::rules;

/// Several tables as one.
template <std::size_t... sizes>
constexpr auto joined(const std::array<config_key, sizes>&... parts) {
  std::array<config_key, (sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (const config_key& each : part) all[at++] = each;
  };
  (append(parts), ...);
  return all;
}

constexpr std::array of_verification{
    config_key{.section = "store",
               .key = "path",
               .allowed = a_path,
               .meaning = "directory of the database, made when missing",
               .place = at<absolute_path<4095>, &c::store, &c::store_settings::path>},
    config_key{.section = "store",
               .key = "size",
               .allowed = "a size from \"256KiB\" to \"64TiB\", such as \"16GiB\"",
               .meaning = "largest the database may grow; the file grows only as it is filled",
               .place = at<size<256 * kib, 64 * tib>, &c::store, &c::store_settings::size>,
               .takes_effect = at_reload},

    config_key{.section = "control",
               .key = "socket",
               .allowed = "an absolute path of at most 107 octets, such as \"/run/easydkim/control.sock\"",
               .meaning = "Unix socket that easydkim and other programs talk to",
               .place = at<absolute_path<107>, &c::control, &c::control_settings::socket>},
    config_key{.section = "control",
               .key = "mode",
               .allowed = "octal permission bits in quotes from \"0000\" to \"0777\", such as \"0660\"",
               .meaning = "permission bits of that socket; systemd's socket unit sets its own",
               .place = at<permission_bits, &c::control, &c::control_settings::mode>},
    config_key{.section = "control",
               .key = "max_connections",
               .allowed = "a whole number from 1 to 10000",
               .meaning = "connections to that socket at the same time",
               .place = at<whole_number<1, 10000>, &c::control, &c::control_settings::max_connections>},

    config_key{.section = "status",
               .key = "file",
               .allowed = a_path,
               .meaning = "where the state of the daemon is written, as JSON that everybody may read",
               .place = at<absolute_path<4095>, &c::status, &c::status_settings::file>},
    config_key{.section = "status",
               .key = "interval",
               .allowed = "a duration from \"100ms\" to \"1h\", such as \"5s\"",
               .meaning = "how often the status file is written anew",
               .place = at<time_span<100, hour>, &c::status, &c::status_settings::interval>},

    config_key{.section = "verification",
               .key = "target_suffix",
               .allowed = "a domain name in ASCII, such as \"dkim.amazonses.com\"",
               .meaning = "value of the records to publish: TOKEN.<target_suffix>",
               .place = at<domain_text, &c::verification, &c::verification_settings::target_suffix>},
    config_key{.section = "verification",
               .key = "former_suffixes",
               .allowed = "a list of at most 64 domain names, such as [\"dkim.amazonses.com\"]",
               .meaning = "target suffixes of before, whose records still count for who was given them",
               .place = at<domain_list, &c::verification, &c::verification_settings::former_suffixes>},
    config_key{.section = "verification",
               .key = "txt_prefix",
               .allowed = "one label of 1 to 43 of a-z, 0-9, \"_\" and \"-\", such as \"_amazonses\"",
               .meaning = "name of the TXT record of VerifyDomainIdentity: <txt_prefix>.DOMAIN",
               .place = at<label_text, &c::verification, &c::verification_settings::txt_prefix>},
    config_key{.section = "verification",
               .key = "window",
               .allowed = a_long_time,
               .meaning = "how long an owner has to publish the records",
               .place = at<time_span<100, 365 * day>, &c::verification, rules, &policy::window>},
    config_key{.section = "verification",
               .key = "recheck_interval",
               .allowed = a_long_time,
               .meaning = "how often a verified domain is looked at again",
               .place = at<time_span<100, 365 * day>, &c::verification, rules, &policy::recheck_interval>},
    config_key{.section = "verification",
               .key = "grace",
               .allowed = a_long_time,
               .meaning = "how long signing stays on after the records of a verified domain are gone",
               .place = at<time_span<100, 365 * day>, &c::verification, rules, &policy::grace>},

    config_key{.section = "polling",
               .key = "first_check",
               .allowed = a_pause,
               .meaning = "time from the issue of the tokens to the first look at the DNS",
               .place = at<time_span<10, day>, &c::verification, rules, &policy::first_check>},
    config_key{.section = "polling",
               .key = "growth",
               .allowed = "a number above 0 and at most 1, such as 0.05",
               .meaning = "time to the next look, as a part of the time since the issue",
               .place = at<part_of_one, &c::verification, rules, &policy::growth>},
    config_key{.section = "polling",
               .key = "min_interval",
               .allowed = a_pause,
               .meaning = "but at least this",
               .place = at<time_span<10, day>, &c::verification, rules, &policy::min_interval>},
    config_key{.section = "polling",
               .key = "max_interval",
               .allowed = a_pause,
               .meaning = "and at most this",
               .place = at<time_span<10, day>, &c::verification, rules, &policy::max_interval>},
    config_key{.section = "polling",
               .key = "max_lookups_per_second",
               .allowed = "a whole number from 0 (no limit) to 1000000",
               .meaning = "most questions to the DNS in a second; 0: no limit",
               .place = at<whole_number<0, 1'000'000>, &c::pace, &c::pace_settings::max_lookups_per_second>},
};

constexpr std::array of_service{
    config_key{
        .section = "limits",
        .key = "verify_domain_dkim_per_second",
        .allowed = "a whole number from 0 (no limit) to 1000000",
        .meaning = "calls of VerifyDomainDkim in a second, for each account; 0: no limit",
        .place =
            at<whole_number<0, 1'000'000>, &c::limits, &c::limit_settings::verify_domain_dkim_per_second>,
        .takes_effect = at_reload},
    config_key{
        .section = "limits",
        .key = "identities_per_account",
        .allowed = a_count,
        .meaning = "identities that one account may have; 0: no limit",
        .place = at<whole_number<0, 1'000'000'000>, &c::limits, &c::limit_settings::identities_per_account>,
        .takes_effect = at_reload},
    config_key{.section = "limits",
               .key = "connections_per_uid",
               .allowed = "a whole number from 0 (a quarter of control.max_connections) to 10000",
               .meaning = "connections of one user to the control socket; 0: a quarter of them, at least 4",
               .place = at<whole_number<0, 10000>, &c::limits, &c::limit_settings::connections_per_uid>,
               .takes_effect = at_reload},
    config_key{
        .section = "limits",
        .key = "checks_per_second",
        .allowed = "a whole number from 0 (no limit) to 1000000",
        .meaning =
            "calls of CheckIdentity and InspectDomain in a second, for each control connection; 0: no limit",
        .place = at<whole_number<0, 1'000'000>, &c::limits, &c::limit_settings::checks_per_second>,
        .takes_effect = at_reload},
    config_key{.section = "limits",
               .key = "own_mailbox_domains",
               .allowed = "a list of at most 64 domain names in ASCII, such as [\"gmx.net\"]",
               .meaning =
                   "mailbox providers' domains (gmail.com and the like are refused) that may be verified, "
                   "being your own",
               .place = at<domain_list, &c::limits, &c::limit_settings::own_mailbox_domains>,
               .takes_effect = at_reload},
    config_key{.section = "limits",
               .key = "private_suffixes",
               .allowed = "true or false",
               .meaning =
                   "whether suffixes under which a company lets others have names (github.io, uk.com) may be "
                   "verified",
               .place = at<flag, &c::limits, &c::limit_settings::private_suffixes>,
               .takes_effect = at_reload},

    config_key{
        .section = "ses_api",
        .key = "listen",
        .allowed = "an IP address with its port, such as \"127.0.0.1:8580\" or \"[::1]:8580\", or \"\" (off)",
        .meaning = "address and port of the SES HTTP API, such as \"127.0.0.1:8580\"; empty: off",
        .place = at<listen_address, &c::ses_api, &c::ses_api_settings::listen>},
    config_key{.section = "ses_api",
               .key = "credentials",
               .allowed = a_path,
               .meaning = "file of its access keys, refused when other users can read it",
               .place = at<absolute_path<4095>, &c::ses_api, &c::ses_api_settings::credentials>},
    config_key{.section = "ses_api",
               .key = "region",
               .allowed = "\"\" (any region), or at most 32 of a-z, 0-9 and \"-\", such as \"eu-west-1\"",
               .meaning = "region that its requests must be signed for; empty: any",
               .place = at<region_name, &c::ses_api, &c::ses_api_settings::region>},
    config_key{.section = "ses_api",
               .key = "allow_remote",
               .allowed = "true or false",
               .meaning = "whether it may listen beyond loopback",
               .place = at<flag, &c::ses_api, &c::ses_api_settings::allow_remote>},
    config_key{.section = "ses_api",
               .key = "clock_skew",
               .allowed = "a duration from \"1s\" to \"1d\", such as \"15m\"",
               .meaning = "how far the time of a request may be from ours, either way",
               .place = at<time_span<second, day>, &c::ses_api, &c::ses_api_settings::clock_skew>},
    config_key{.section = "ses_api",
               .key = "max_connections",
               .allowed = "a whole number from 1 to 10000",
               .meaning = "connections to that port at the same time",
               .place = at<whole_number<1, 10000>, &c::ses_api, &c::ses_api_settings::max_connections>},
    config_key{
        .section = "ses_api",
        .key = "connections_per_address",
        .allowed = "a whole number from 0 to 10000",
        .meaning =
            "those of one address that have no valid signature yet; 0: an eighth, of loopback and proxies a "
            "half",
        .place = at<whole_number<0, 10000>, &c::ses_api, &c::ses_api_settings::connections_per_address>},
    config_key{.section = "ses_api",
               .key = "max_body",
               .allowed = "a size from \"1KiB\" to \"16MiB\", such as \"64KiB\"",
               .meaning = "largest body of a request",
               .place = at<size<kib, 16 * 1024 * kib>, &c::ses_api, &c::ses_api_settings::max_body>},
    config_key{.section = "ses_api",
               .key = "max_header",
               .allowed = "a size from \"1KiB\" to \"1MiB\", such as \"16KiB\"",
               .meaning = "largest header of a request, its first line included",
               .place = at<size<kib, 1024 * kib>, &c::ses_api, &c::ses_api_settings::max_header>},
    config_key{.section = "ses_api",
               .key = "request_timeout",
               .allowed = "a duration from \"100ms\" to \"1h\", such as \"10s\"",
               .meaning = "how long a request may take to come in, and an answer to be taken",
               .place = at<time_span<100, hour>, &c::ses_api, &c::ses_api_settings::request_timeout>},
    config_key{.section = "ses_api",
               .key = "idle_timeout",
               .allowed = "a duration from \"100ms\" to \"1h\", such as \"60s\"",
               .meaning = "how long a connection may be without a request",
               .place = at<time_span<100, hour>, &c::ses_api, &c::ses_api_settings::idle_timeout>},

    config_key{
        .section = "metrics",
        .key = "listen",
        .allowed = "an IP address with its port, such as \"127.0.0.1:9580\" or \"[::1]:9580\", or \"\" (off)",
        .meaning = "address and port of the metrics for Prometheus, such as \"127.0.0.1:9580\"; empty: off",
        .place = at<listen_address, &c::metrics, &c::metrics_settings::listen>},
    config_key{.section = "metrics",
               .key = "allow_remote",
               .allowed = "true or false",
               .meaning = "whether they may be fetched from beyond loopback, by anybody",
               .place = at<flag, &c::metrics, &c::metrics_settings::allow_remote>},
    config_key{.section = "metrics",
               .key = "max_connections",
               .allowed = "a whole number from 1 to 10000",
               .meaning = "connections to that port at the same time",
               .place = at<whole_number<1, 10000>, &c::metrics, &c::metrics_settings::max_connections>},
    config_key{.section = "metrics",
               .key = "max_header",
               .allowed = "a size from \"1KiB\" to \"1MiB\", such as \"16KiB\"",
               .meaning = "largest header of a request, its first line included",
               .place = at<size<kib, 1024 * kib>, &c::metrics, &c::metrics_settings::max_header>},
    config_key{.section = "metrics",
               .key = "request_timeout",
               .allowed = "a duration from \"100ms\" to \"1h\", such as \"10s\"",
               .meaning = "how long a request may take to come in, and an answer to be taken",
               .place = at<time_span<100, hour>, &c::metrics, &c::metrics_settings::request_timeout>},
    config_key{.section = "metrics",
               .key = "idle_timeout",
               .allowed = "a duration from \"100ms\" to \"1h\", such as \"60s\"",
               .meaning = "how long a connection may be without a request",
               .place = at<time_span<100, hour>, &c::metrics, &c::metrics_settings::idle_timeout>},

    config_key{.section = "log",
               .key = "level",
               .allowed = "\"trace\", \"debug\", \"info\", \"warning\" or \"error\"",
               .meaning = "how much is logged: \"trace\", \"debug\", \"info\", \"warning\" or \"error\"",
               .place = at<word<log_level_from_string, level_to_word>, &c::log, &c::log_settings::level>,
               .takes_effect = at_reload},
};

constexpr std::array table = joined(of_verification, of_dns, of_service);

}  // namespace

std::span<const config_key> config_keys() noexcept {
  return table;
}

}  // namespace easydkim
