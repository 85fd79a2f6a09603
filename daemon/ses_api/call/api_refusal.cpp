#include "daemon/ses_api/call/api_refusal.hpp"

#include <array>

#include "daemon/operations/error_sentence.hpp"

namespace easydkim {
namespace {

struct row {
  std::string_view word;  // of core/error
  api_fault fault;
};
constexpr std::array faults{
    row{"InvalidParameterValue", api_fault::invalid_parameter_value},
    row{"NotFound", api_fault::not_found},
    row{"Throttling", api_fault::throttling},
    row{"ServiceUnavailable", api_fault::service_unavailable},
};

api_fault fault_of(errc error) {
  if (error == errc::identity_limit) return api_fault::limit_exceeded;
  for (const row& each : faults)
    if (each.word == code_word(error)) return each.fault;
  return api_fault::internal_failure;
}

}  // namespace

api_refusal refusal_of(errc error, std::string_view subject) {
  return {fault_of(error), error_sentence(error, subject)};
}

}  // namespace easydkim
