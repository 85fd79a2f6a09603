#include "resolver/record_tally.hpp"

#include <algorithm>
#include <cstddef>

namespace easydkim {

needed needed_after(const known_record& before, time_point now) noexcept {
  if (before.seen.kind == finding_kind::found) return needed::majority;
  const bool is_split = before.seen.reason == finding_reason::on_some_servers;
  return is_split && before.since && now - *before.since >= longest_split ? needed::majority : needed::all;
}

finding tally(std::span<const server_finding> of, needed whom) {
  constexpr std::size_t enough = 2;
  std::size_t have_it = 0;
  std::size_t lack_it = 0;
  std::size_t awake = 0;
  const server_finding* has = nullptr;
  const server_finding* lacks = nullptr;
  finding silence{finding_kind::no_answer, finding_reason::servers_unreachable, {}};
  for (const server_finding& each : of) {
    awake += each.is_resting ? 0 : 1;
    switch (each.seen.kind) {
      case finding_kind::wrong_target:
        return each.seen;
      case finding_kind::found:
        ++have_it;
        if (has == nullptr) has = &each;
        break;
      case finding_kind::absent:
        ++lack_it;
        if (lacks == nullptr) lacks = &each;
        break;
      case finding_kind::no_answer:
        // That one was not asked says least, then that one was silent.
        if (silence.reason == finding_reason::servers_unreachable ||
            silence.reason == finding_reason::timeout)
          silence = each.seen;
        break;
      case finding_kind::unchecked:
        break;
    }
  }
  if (lacks != nullptr && have_it == 0) return lacks->seen;
  const bool outvoted = whom == needed::majority && have_it >= enough && have_it > lack_it;
  if (lacks != nullptr && !outvoted)
    return {finding_kind::absent, finding_reason::on_some_servers, lacks->server};
  const std::size_t there_are = whom == needed::majority ? awake : of.size();
  if (have_it == 0 || have_it < std::min(enough, there_are)) return silence;
  return has->seen;
}

}  // namespace easydkim
