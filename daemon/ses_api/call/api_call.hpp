// SPDX-License-Identifier: Apache-2.0
// A request that was signed rightly, and its answer: what the two APIs have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/http_answer.hpp"
#include "daemon/http/http_request.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

class operations;

/// Whoever calls keeps all of it until the answer is there.
struct api_call {
  easydkim::operations& operations;
  const caller& by;  // the key, with its account
  const http_request& request;
  const std::string& request_id;
};

enum class api_effect : std::uint8_t {
  reads,
  changes,  // something on disk: worth a line in the log
};

struct api_answer {
  http_answer sent;
  std::string operation = {};  // as the caller named it, cut and quoted; empty when none was named
  api_effect effect = api_effect::reads;
  std::optional<api_fault> refused = {};  // why nothing was done
};

}  // namespace easydkim
