// The connections that a server has open, up to a limit.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace easydkim {

/// `Connection` has `idle()`, `last_active()` and `close()`; it is kept alive while it is open. Not
/// thread-safe.
template <class Connection>
class open_connections {
 public:
  explicit open_connections(std::size_t most) : most_{most} {}

  void add(const std::shared_ptr<Connection>& opened) { open_.emplace(opened.get(), opened); }
  void remove(Connection& closed) { open_.erase(&closed); }
  std::size_t size() const noexcept { return open_.size(); }

  /// Whether one more may be opened. When all are taken, the one that has been idle for longest is closed for
  /// it; false when none is idle.
  bool make_room() {
    if (open_.size() < most_) return true;
    std::shared_ptr<Connection> oldest;
    for (const auto& [key, connection] : open_)
      if (connection->idle() && (!oldest || connection->last_active() < oldest->last_active()))
        oldest = connection;
    if (!oldest) return false;
    oldest->close();
    return true;
  }

  /// Those that are open now; closing one takes it out of these connections, not out of the list.
  std::vector<std::shared_ptr<Connection>> list() const {
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : open_) all.push_back(connection);
    return all;
  }

  void close_all() {
    for (const auto& [key, connection] : std::exchange(open_, {})) connection->close();
  }

 private:
  std::size_t most_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> open_;
};

}  // namespace easydkim
