// SPDX-License-Identifier: Apache-2.0
// The operations of SES 2010-12-01 that easydkim has: from a form to XML. What they do stands in operations.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/ses_api/call/api_call.hpp"

namespace easydkim {

/// Answers one request. Never throws for bad input: that is answered.
boost::asio::awaitable<api_answer> answer_query(api_call call);

}  // namespace easydkim
