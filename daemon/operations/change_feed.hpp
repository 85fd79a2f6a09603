// SPDX-License-Identifier: Apache-2.0
// Every change of a status and of signing, as it happens: for the log, the status file and those who watch.
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
  std::string by{};    // who asked for it ("uid:1000", "key:AKIDEXAMPLE"); empty: what the DNS showed
};

/// Signing went on or off, or the owner's wish for it was changed.
struct signing_change {
  std::string identity;
  std::string account;
  bool dkim_enabled = false;     // the wish; false, too, of an identity that was deleted
  bool signing_enabled = false;  // whether mail may be signed from now on
  time_point at;
  std::string reason;  // one sentence
  std::string by{};    // as of `identity_change`
};

/// Not thread-safe. A listener may leave while it is being told, but not join.
class change_feed {
 public:
  struct listener {
    std::function<void(const identity_change&)> status;
    std::function<void(const signing_change&)> signing{};  // empty: not of interest
  };
  using ticket = std::uint64_t;

  ticket join(listener told);
  void leave(ticket which);
  void publish(const identity_change& change);
  void publish(const signing_change& change);

 private:
  template <class Change>
  void tell(const Change& change, std::function<void(const Change&)> listener::*part);

  std::map<ticket, listener> listeners_;
  ticket next_ = 1;
};

}  // namespace easydkim
