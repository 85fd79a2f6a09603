// What became of asking a domain's own name servers for a record: the poller's view of it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time_point.hpp"
#include "resolver/zones/record_look.hpp"

namespace easydkim {

struct zone_look {
  enum class next : std::uint8_t {
    judge,         // `look.seen` is what they say
    ask_resolver,  // they cannot be asked at all: their addresses are private, or port 53 is closed
    later,         // all of them are busy or left alone now
  };
  next what = next::judge;
  record_look look{};
  std::optional<time_point> ready_at{};  // of `later`
};

}  // namespace easydkim
