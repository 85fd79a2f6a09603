// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/change_feed.hpp"

#include <utility>

namespace easydkim {

change_feed::ticket change_feed::join(listener told) {
  listeners_.emplace(next_, std::move(told));
  return next_++;
}

void change_feed::leave(ticket which) {
  listeners_.erase(which);
}

template <class Change>
void change_feed::tell(const Change& change, std::function<void(const Change&)> listener::*part) {
  for (auto each = listeners_.begin(); each != listeners_.end();) {
    const auto hear = ((each++)->second).*part;  // a copy: a listener that leaves must not end while it runs
    if (hear) hear(change);
  }
}

void change_feed::publish(const identity_change& change) {
  tell(change, &listener::status);
}

void change_feed::publish(const signing_change& change) {
  tell(change, &listener::signing);
}

}  // namespace easydkim
