#include "daemon/change_feed.hpp"

#include <utility>

namespace easydkim {

change_feed::ticket change_feed::join(listener told) {
  listeners_.emplace(next_, std::move(told));
  return next_++;
}

void change_feed::leave(ticket which) {
  listeners_.erase(which);
}

void change_feed::publish(const identity_change& change) {
  for (auto each = listeners_.begin(); each != listeners_.end();) {
    const listener told = (each++)->second;  // a copy: a listener that leaves must not end while it runs
    told(change);
  }
}

}  // namespace easydkim
