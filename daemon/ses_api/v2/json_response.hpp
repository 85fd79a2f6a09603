// SPDX-License-Identifier: Apache-2.0
// The JSON of SES v2: objects, and errors named in a header.
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "daemon/http/http_answer.hpp"
#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

http_answer json_response(const boost::json::object& members, const std::string& request_id);

/// {"message": ...} with X-Amzn-ErrorType.
http_answer json_error(const api_error& why, const std::string& request_id);

}  // namespace easydkim
