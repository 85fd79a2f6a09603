// Every change of a status, as it happens: for the log, the status file and those who watch.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/identity.hpp"

namespace easydkim {

struct identity_change {
  std::string identity;
  std::string account;
  proof of = proof::dkim;
  dkim_status from = dkim_status::not_started;
  dkim_status to = dkim_status::not_started;
  time_point at;
  std::string reason;  // one sentence
};

/// Not thread-safe. A listener may leave while it is being told, but not join.
class change_feed {
 public:
  using listener = std::function<void(const identity_change&)>;
  using ticket = std::uint64_t;

  ticket join(listener told);
  void leave(ticket which);
  void publish(const identity_change& change);

 private:
  std::map<ticket, listener> listeners_;
  ticket next_ = 1;
};

}  // namespace easydkim
