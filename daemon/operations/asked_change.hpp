// What a caller's wish did to an identity, in words for the log: "issued", "deleted", "disabled".
#pragma once

#include <optional>
#include <string_view>

#include "core/identity.hpp"

namespace easydkim {

/// Completes "operations, ... 'example.com'". `before` and `after`: the identity around one write of one
/// caller; nothing where it was not there. Empty when nothing changed.
std::string_view asked_change(const std::optional<identity>& before, const std::optional<identity>& after);

}  // namespace easydkim
