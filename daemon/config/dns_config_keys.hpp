// SPDX-License-Identifier: Apache-2.0
// The keys of [resolver] and [authority]: how the DNS is asked. A part of the table in config_key.cpp.
#pragma once

#include <array>

#include "daemon/config/config_place.hpp"

namespace easydkim {

inline constexpr std::string_view a_short_time = "a duration from \"10ms\" to \"1m\", such as \"2s\"";
inline constexpr std::string_view a_rest = "a duration from \"1s\" to \"1d\", such as \"15m\"";
inline constexpr std::string_view a_table = "a whole number from 1 to 10000000";
inline constexpr std::string_view a_server_list =
    "a list of at most 16 IP addresses, each once, with or without a port, such as "
    "[\"127.0.0.1\", \"192.0.2.1:5353\", \"[2001:db8::1]:53\"]";

inline constexpr std::array of_dns{
    config_key{.section = "resolver",
               .key = "mode",
               .allowed = "\"authoritative\" or \"recursive\"",
               .meaning =
                   "who is asked until a domain is verified: its own name servers (\"authoritative\"), or "
                   "the servers below (\"recursive\")",
               .place = at<word<mode_from_word, mode_to_word>, &c::resolver, &c::resolver_settings::mode>},
    config_key{
        .section = "resolver",
        .key = "servers",
        .allowed = a_server_list,
        .meaning = "their addresses, \"address\" or \"address:port\"; empty: those of /etc/resolv.conf",
        .place = at<server_list, &c::resolver, &c::resolver_settings::servers>,
        .takes_effect = at_reload},
    config_key{.section = "resolver",
               .key = "timeout",
               .allowed = a_short_time,
               .meaning = "how long one try waits for an answer",
               .place = at<time_span<10, minute>, &c::resolver, &c::resolver_settings::timeout>},
    config_key{.section = "resolver",
               .key = "tries",
               .allowed = "a whole number from 1 to 10",
               .meaning = "how often a question is sent before it counts as not answered",
               .place = at<whole_number<1, 10>, &c::resolver, &c::resolver_settings::tries>},
    config_key{.section = "resolver",
               .key = "max_in_flight",
               .allowed = "a whole number from 1 to 100000",
               .meaning = "most questions that wait for their answers at the same time",
               .place = at<whole_number<1, 100'000>, &c::resolver, &c::resolver_settings::max_in_flight>},
    config_key{.section = "resolver",
               .key = "confirm",
               .allowed = "\"tcp\" or \"none\"",
               .meaning = "\"tcp\": ask once more over TCP before Success; \"none\": do not",
               .place = at<word<confirmation_from_word, confirmation_to_word>, &c::resolver,
                           &c::resolver_settings::confirm>},

    config_key{.section = "resolver",
               .key = "confirm_servers",
               .allowed = a_server_list,
               .meaning = "who is asked to confirm, over TCP; empty: resolver.servers",
               .place = at<server_list, &c::resolver, &c::resolver_settings::confirm_servers>,
               .takes_effect = at_reload},
    config_key{.section = "resolver",
               .key = "confirm_quorum",
               .allowed = "a whole number from 1 to 16",
               .meaning = "how many of them must say the same before Success",
               .place = at<whole_number<1, 16>, &c::resolver, &c::resolver_settings::confirm_quorum>,
               .takes_effect = at_reload},
    config_key{.section = "resolver",
               .key = "trust_ad",
               .allowed = "true or false",
               .meaning =
                   "whether resolver.servers check DNSSEC and the way to them is safe, so that an answer "
                   "with AD=1 confirms alone",
               .place = at<flag, &c::resolver, &c::resolver_settings::trust_ad>,
               .takes_effect = at_reload},
    config_key{.section = "resolver",
               .key = "allow_private_servers",
               .allowed = "true or false",
               .meaning = "whether a domain's own name servers are asked at private addresses, too",
               .place = at<flag, &c::resolver, &c::resolver_settings::allow_private_servers>},

    config_key{
        .section = "authority",
        .key = "queries_per_second",
        .allowed = "a whole number from 1 to 100000",
        .meaning = "most questions to one name server in a second",
        .place = at<whole_number<1, 100'000>, &c::authority, &c::authority_settings::queries_per_second>},
    config_key{.section = "authority",
               .key = "in_flight",
               .allowed = "a whole number from 1 to 1000",
               .meaning = "most questions that wait for the answer of one name server at the same time",
               .place = at<whole_number<1, 1000>, &c::authority, &c::authority_settings::in_flight>},
    config_key{.section = "authority",
               .key = "max_in_flight",
               .allowed = "a whole number from 1 to 256",
               .meaning = "the same for all name servers together",
               .place = at<whole_number<1, 256>, &c::authority, &c::authority_settings::max_in_flight>},
    config_key{.section = "authority",
               .key = "timeout",
               .allowed = a_short_time,
               .meaning = "how long a question to a name server waits for its answer",
               .place = at<time_span<10, minute>, &c::authority, &c::authority_settings::timeout>},
    config_key{.section = "authority",
               .key = "lame_for",
               .allowed = a_rest,
               .meaning = "how long a name server is left alone that does not answer for the zone",
               .place = at<time_span<second, day>, &c::authority, &c::authority_settings::lame_for>},
    config_key{.section = "authority",
               .key = "longest_silence",
               .allowed = a_rest,
               .meaning = "how long at most one is left alone that does not answer at all",
               .place = at<time_span<second, day>, &c::authority, &c::authority_settings::longest_silence>},
    config_key{.section = "authority",
               .key = "least_ttl",
               .allowed = a_rest,
               .meaning = "how long a zone's name servers are remembered at least, whatever their TTL",
               .place = at<time_span<second, day>, &c::authority, &c::authority_settings::least_ttl>},
    config_key{.section = "authority",
               .key = "longest_ttl",
               .allowed = a_rest,
               .meaning = "and at most",
               .place = at<time_span<second, day>, &c::authority, &c::authority_settings::longest_ttl>},
    config_key{.section = "authority",
               .key = "max_zones",
               .allowed = a_table,
               .meaning = "zones that are remembered at the same time",
               .place = at<whole_number<1, 10'000'000>, &c::authority, &c::authority_settings::max_zones>},
    config_key{.section = "authority",
               .key = "max_servers",
               .allowed = a_table,
               .meaning = "addresses of name servers that are remembered at the same time",
               .place = at<whole_number<1, 10'000'000>, &c::authority, &c::authority_settings::max_servers>},
    config_key{.section = "authority",
               .key = "max_diagnoses",
               .allowed = "a whole number from 1 to 1000",
               .meaning = "diagnoses at the same time that nobody asked for; each takes up to 40 questions",
               .place = at<whole_number<1, 1000>, &c::authority, &c::authority_settings::max_diagnoses>},
};

}  // namespace easydkim
