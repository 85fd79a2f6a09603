// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/channel_pool.hpp"

#include <algorithm>
#include <stdexcept>

namespace easydkim {

channel_pool::channel_pool(boost::asio::io_context& io, options chosen,
                           const std::function<void()>& after_events)
    : io_{io}, options_{chosen}, after_events_{after_events} {}

cares_channel* channel_pool::take(const server_address& server, cares_channel::transport over) {
  const bool fresh_port = over == cares_channel::transport::udp &&
                          (options_.ports == source_ports::fresh || !server.is_loopback());
  return fresh_port ? take_single(server) : take_shared(server, over);
}

cares_channel* channel_pool::take_shared(const server_address& server, cares_channel::transport over) {
  auto at = std::ranges::find_if(
      shared_, [&](const shared_channels& each) { return each.over == over && each.server == server; });
  if (at == shared_.end()) {
    shared_channels made{server, over, {}};
    for (channel_ptr& each : made.channels) each = make(server, over, cares_channel::sharing::many);
    at = shared_.insert(shared_.end(), std::move(made));
  }
  // A worn channel rests until it is idle, so that `tidy` can replace its sockets. When all are worn, the
  // busiest goes on alone, so that the others come to rest.
  return std::ranges::min_element(at->channels,
                                  [](const channel_ptr& a, const channel_ptr& b) {
                                    if (a->is_worn() != b->is_worn()) return b->is_worn();
                                    return a->is_worn() ? a->in_flight() > b->in_flight()
                                                        : a->in_flight() < b->in_flight();
                                  })
      ->get();
}

cares_channel* channel_pool::take_single(const server_address& server) {
  for (std::size_t i = 0; i < single_.size(); ++i) {
    cares_channel& candidate = *single_[next_single_];
    next_single_ = (next_single_ + 1) % single_.size();
    if (candidate.in_flight() > 0) continue;
    if (candidate.server() != server) candidate.set_server(server);
    return &candidate;
  }
  if (single_.size() >= std::min(options_.max_in_flight, most_single_channels)) return nullptr;
  try {
    single_.push_back(make(server, cares_channel::transport::udp, cares_channel::sharing::one));
  } catch (const std::runtime_error&) {
    if (single_.empty()) throw;
    return nullptr;  // out of descriptors for now: the question waits for one of the channels there are
  }
  return single_.back().get();
}

channel_pool::channel_ptr channel_pool::make(const server_address& server, cares_channel::transport over,
                                             cares_channel::sharing use) {
  return std::make_unique<cares_channel>(
      io_,
      cares_channel::options{.server = server,
                             .over = over,
                             .use = use,
                             .when_idle = options_.when_idle,
                             .timeout = options_.timeout,
                             .tries = options_.tries,
                             .queries_a_socket = options_.questions_a_port},
      after_events_);
}

void channel_pool::flush() {
  for (const shared_channels& each : shared_)
    for (const channel_ptr& channel : each.channels) channel->flush();
}

std::uint64_t channel_pool::dropped_total() const noexcept {
  std::uint64_t all = dropped_;
  for (const shared_channels& each : shared_)
    for (const channel_ptr& channel : each.channels) all += channel->dropped_total();
  return all;
}

void channel_pool::tick() {
  for (const shared_channels& each : shared_)
    for (const channel_ptr& channel : each.channels)
      if (channel->in_flight() > 0) channel->tick();
  for (const channel_ptr& channel : single_)
    if (channel->in_flight() > 0) channel->tick();
}

void channel_pool::tidy(const std::vector<server_address>& servers) {
  const auto is_idle = [](const channel_ptr& channel) { return channel->in_flight() == 0; };
  std::erase_if(shared_, [&](const shared_channels& each) {
    const bool goes = std::ranges::find(servers, each.server) == servers.end() &&
                      std::ranges::all_of(each.channels, is_idle);
    if (goes)
      for (const channel_ptr& channel : each.channels) dropped_ += channel->dropped_total();
    return goes;
  });
  for (const shared_channels& each : shared_)
    for (const channel_ptr& channel : each.channels)
      if (channel->is_worn() && is_idle(channel)) channel->renew();
}

}  // namespace easydkim
