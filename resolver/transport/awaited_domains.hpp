// SPDX-License-Identifier: Apache-2.0
// The domains that somebody waits for, so that a question is as urgent as the check that it belongs to.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/transport/urgency.hpp"

namespace easydkim {

/// Not thread-safe.
class awaited_domains {
  struct all_names;

 public:
  awaited_domains();

  /// While it lives, somebody waits for a domain. It may outlive the `awaited_domains`.
  class [[nodiscard]] interest {
   public:
    interest() = default;
    /// `labels`: first labels of names that are looked for elsewhere, too: the domain's tokens.
    interest(const awaited_domains& in, std::string domain, urgency how,
             std::vector<std::string> labels = {});
    interest(interest&& other) noexcept = default;
    interest& operator=(interest&& other) noexcept;
    ~interest() { end(); }

   private:
    void end() noexcept;

    std::shared_ptr<all_names> in_;
    std::string domain_;
    std::vector<std::string> labels_;
    urgency how_ = urgency::poll;
  };

  /// How urgent a question for `name` is: it is at or below a domain that somebody waits for, or where its
  /// delegations are, or begins with one of its labels. `name`: lower case, without the last dot.
  urgency of(std::string_view name) const;

 private:
  std::shared_ptr<all_names> all_;
};

}  // namespace easydkim
