#include "client/commands/request.hpp"

#include "client/text/console.hpp"
#include "core/printable.hpp"

namespace easydkim {

std::string hint(const request& asked, std::string_view command, std::string_view name) {
  std::string line = "easydkim ";
  if (asked.socket != request{}.socket) line += "--socket " + printable(asked.socket) + ' ';
  if (!asked.account.empty()) line += "--account " + asked.account + ' ';
  return line + std::string{command} + ' ' + printable(name);
}

}  // namespace easydkim
