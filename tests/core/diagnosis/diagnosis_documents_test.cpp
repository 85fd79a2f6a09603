// SPDX-License-Identifier: Apache-2.0
// The table of causes in docs/ is that of the catalogue: every code, its class, and in its order.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "core/diagnosis/diagnosis.hpp"

namespace easydkim {
namespace {

TEST(diagnosis_documents, have_a_row_for_every_code_in_the_order_of_decision) {
  std::string rows_of_catalogue;
  for (const diagnosis_code each : catalogue())
    rows_of_catalogue += std::string{to_string(each)} + ' ' + std::string{to_string(class_of(each))} + '\n';

  std::ifstream page{EASYDKIM_SOURCE_DIR "/docs/causes.md"};
  const std::regex row{R"(\| `([A-Z_]+)` \| ([A-Z]+) \| .+ \|)"};
  std::string rows_of_page;
  std::smatch found;
  for (std::string line; std::getline(page, line);)
    if (std::regex_match(line, found, row)) rows_of_page += found.str(1) + ' ' + found.str(2) + '\n';

  EXPECT_EQ(rows_of_page, rows_of_catalogue);
}

}  // namespace
}  // namespace easydkim
