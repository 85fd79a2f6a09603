// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/request_tally.hpp"

namespace easydkim {

void request_tally::add(const answered& what) {
  figures& of_operation = requests_[{std::string{what.transport}, std::string{what.operation}}];
  const auto code = of_operation.by_code.find(what.code);
  if (code == of_operation.by_code.end())
    of_operation.by_code.emplace(what.code, 1);
  else
    ++code->second;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(what.took).count();
  of_operation.times.add(static_cast<std::uint64_t>(micros));
}

}  // namespace easydkim
