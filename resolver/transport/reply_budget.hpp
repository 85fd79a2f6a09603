// SPDX-License-Identifier: Apache-2.0
// Memory of all replies that are alive together, so that it has a bound whatever strangers send.
//
// Each reply holds a share of what it takes; a copy holds another one. Who asks looks whether there is room.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace easydkim {

/// On one thread. Shares may outlive it.
class reply_budget {
 public:
  class share {
   public:
    share() = default;
    share(const share& other) noexcept : alive_{other.alive_}, octets_{other.octets_} { add(); }
    share(share&& other) noexcept
        : alive_{std::move(other.alive_)}, octets_{std::exchange(other.octets_, 0)} {}
    share& operator=(share other) noexcept {
      std::swap(alive_, other.alive_);
      std::swap(octets_, other.octets_);
      return *this;
    }
    ~share() {
      if (alive_) *alive_ -= octets_;
    }

   private:
    friend reply_budget;
    share(std::shared_ptr<std::size_t> alive, std::size_t octets) noexcept
        : alive_{std::move(alive)}, octets_{octets} {
      add();
    }
    void add() noexcept {
      if (alive_) *alive_ += octets_;
    }

    std::shared_ptr<std::size_t> alive_;
    std::size_t octets_ = 0;
  };

  explicit reply_budget(std::size_t most_octets) : most_{most_octets} {}

  share take(std::size_t octets) const { return {alive_, octets}; }
  std::size_t alive() const noexcept { return *alive_; }
  bool is_spent() const noexcept { return *alive_ >= most_; }

 private:
  std::size_t most_;
  std::shared_ptr<std::size_t> alive_ = std::make_shared<std::size_t>(0);
};

}  // namespace easydkim
