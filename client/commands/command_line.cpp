// SPDX-License-Identifier: Apache-2.0
#include "client/commands/command_line.hpp"

#include "client/text/console.hpp"
#include "core/printable.hpp"

namespace easydkim {

std::string hint(const command_line& line, std::string_view command, std::string_view name) {
  std::string text = "easydkim ";
  if (line.socket != command_line{}.socket) text += "--socket " + printable(line.socket) + ' ';
  if (!line.account.empty()) text += "--account " + line.account + ' ';
  return text + std::string{command} + ' ' + printable(name);
}

}  // namespace easydkim
