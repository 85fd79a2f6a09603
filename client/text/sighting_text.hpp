// SPDX-License-Identifier: Apache-2.0
// Text for people: where a record is, and what is wrong with it.
#pragma once

#include <string>

#include "client/connection/json_members.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// "published on ns1.example.net, not on ns2.example.net; the resolver does not show it yet": the members
/// Published, Visible and VisibleAt of a record. Empty when they are null.
std::string sighting_text(const json::object& record, time_point now);

/// "NOT_PUBLISHED, for the owner of the domain to mend": Code and Class of a Diagnosis; empty for null.
std::string diagnosis_text(const json::object& diagnosis);

/// "NOT_PUBLISHED: the explanation"; empty for null.
std::string diagnosis_sentence(const json::object& diagnosis);

}  // namespace easydkim
