// SPDX-License-Identifier: Apache-2.0
#include "client/text/table.hpp"

#include <algorithm>
#include <ostream>

namespace easydkim {

void table::print(console& where, std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].text.size());
  }
  for (const auto& row : rows_) {
    where.out << indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      where.out << painted(where, row[i].text, row[i].how);
      if (i + 1 < row.size()) where.out << std::string(widths[i] - row[i].text.size() + 2, ' ');
    }
    where.out << '\n';
  }
}

}  // namespace easydkim
