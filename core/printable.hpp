// SPDX-License-Identifier: Apache-2.0
// Foreign text, made fit for logs, terminals and sentences: a name in the DNS may hold any octet.
#pragma once

#include <string>
#include <string_view>

namespace easydkim {

/// `text` fit for a log or a terminal: everything but printable ASCII as \DDD. Never cut: for a sentence of
/// ours that may hold foreign text, and has its remedy at the end.
std::string printable(std::string_view text);

/// The same for a foreign text, cut at 100 characters.
std::string excerpt(std::string_view text);

}  // namespace easydkim
