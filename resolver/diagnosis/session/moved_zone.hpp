// SPDX-License-Identifier: Apache-2.0
// Whose servers a zone has, and whether two sets of them are two providers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/zones/zone.hpp"

namespace easydkim {

/// Sorted.
using server_names = std::vector<std::string>;

server_names names_of(const zone& of);
server_names names_in(const dns_reply& said, std::string_view apex);

/// Each names a server that the other does not: more than a server added or retired.
bool are_two_sets(const server_names& a, const server_names& b);

/// The primary of a zone, when it is of another known provider than its servers are; empty otherwise. An
/// unknown name says nothing: many zones have a primary that nobody can see.
std::string other_provider(const server_names& servers, const std::string& primary);

/// "ns1.example.net, ns2.example.net", with the name of the provider in front when it is known: "Cloudflare
/// (...)".
std::string with_provider(const server_names& servers);

}  // namespace easydkim
