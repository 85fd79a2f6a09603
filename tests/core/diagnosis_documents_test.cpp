// The README's table of causes is that of the catalogue: every code, its class, and in its order.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "core/diagnosis.hpp"

namespace easydkim {
namespace {

TEST(diagnosis_documents, have_a_row_for_every_code_in_the_order_of_decision) {
  std::string rows_of_catalogue;
  for (const diagnosis_code each : catalogue())
    rows_of_catalogue += std::string{to_string(each)} + ' ' + std::string{to_string(class_of(each))} + '\n';

  std::ifstream readme{EASYDKIM_SOURCE_DIR "/README.md"};
  const std::regex row{R"(\| `([A-Z_]+)` \| ([A-Z]+) \| .+ \|)"};
  std::string rows_of_readme;
  std::smatch found;
  for (std::string line; std::getline(readme, line);)
    if (std::regex_match(line, found, row)) rows_of_readme += found.str(1) + ' ' + found.str(2) + '\n';

  EXPECT_EQ(rows_of_readme, rows_of_catalogue);
}

}  // namespace
}  // namespace easydkim
