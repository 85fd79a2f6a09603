#include "daemon/operations/asked_change.hpp"

#include <array>

namespace easydkim {
namespace {

struct words {
  proof of;
  std::string_view issued;
  std::string_view restarted;
};
constexpr std::array of_proofs{
    words{proof::dkim, "issued", "began a new window of"},
    words{proof::txt, "issued the TXT record of", "began a new window of the TXT record of"},
};

}  // namespace

std::string_view asked_change(const std::optional<identity>& before, const std::optional<identity>& after) {
  if (!after) return before ? "deleted" : "";
  for (const words& say : of_proofs) {
    const dkim_status from = before ? state_of(*before, say.of).status : dkim_status::not_started;
    const dkim_status to = state_of(*after, say.of).status;
    if (from == to || to != dkim_status::pending) continue;
    return from == dkim_status::not_started ? say.issued : say.restarted;
  }
  if (before && before->dkim_enabled != after->dkim_enabled)
    return after->dkim_enabled ? "enabled" : "disabled";
  return "";
}

}  // namespace easydkim
