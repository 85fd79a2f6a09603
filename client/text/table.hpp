// SPDX-License-Identifier: Apache-2.0
// A table: text in aligned columns. Nothing is ever cut, because people copy it.
#pragma once

#include <string>
#include <vector>

#include "client/text/console.hpp"

namespace easydkim {

class table {
 public:
  struct cell {
    std::string text;  // printable
    tone how = tone::plain;
  };

  void add(std::vector<cell> row) { rows_.push_back(std::move(row)); }

  /// Writes the rows, each behind `indent`, two spaces between the columns, none at the ends of lines.
  void print(console& where, std::string_view indent) const;

 private:
  std::vector<std::vector<cell>> rows_;
};

}  // namespace easydkim
