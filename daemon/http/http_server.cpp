// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/http_server.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "daemon/process/accept_clients.hpp"
#include "daemon/process/not_waited_for.hpp"

namespace easydkim {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string text_of(const tcp::endpoint& address) {
  std::ostringstream text;
  text << address;
  return text.str();
}

}  // namespace

http_server::http_server(asio::io_context& io, settings with, const http_site& site)
    : io_{io}, with_{std::move(with)}, site_{site}, acceptor_{io} {
  try {
    acceptor_.open(with_.listen.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address{true});
    acceptor_.bind(with_.listen);
    acceptor_.listen(accept_backlog);
  } catch (const boost::system::system_error& why) {
    const std::string key = std::string{with_.limits.section} + ".listen";
    throw std::runtime_error{key + " " + text_of(with_.listen) + ": " + why.code().message() +
                             "; stop the program that is there, or choose another " + key};
  }
}

void http_server::start() {
  asio::co_spawn(io_,
                 accept_clients(acceptor_, with_.limits.section,
                                [this](tcp::socket client) { admit(std::move(client)); }),
                 not_waited_for);
}

void http_server::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const auto& each : std::exchange(open_, {})) each->close();
}

std::vector<const http_client*> http_server::clients() const {
  std::vector<const http_client*> all;
  all.reserve(open_.size());
  for (const auto& each : open_) all.push_back(&each->client());
  return all;
}

bool http_server::carry_out(const http_admission& decided) {
  if (decided.closed) {
    const std::shared_ptr<http_connection> leaves = open_[*decided.closed];
    leaves->close();
  }
  return decided.granted;
}

void http_server::admit(tcp::socket client) {
  boost::system::error_code gone;
  const tcp::endpoint from = client.remote_endpoint(gone);
  if (gone) return;
  if (!carry_out(easydkim::admit(clients(), from.address(), with_.shares))) return refuse(std::move(client));
  const auto connection = std::make_shared<http_connection>(
      std::move(client),
      http_connection::surroundings{
          .site = site_,
          .limits = with_.limits,
          .signed_by = [this](http_connection& one, std::string_view key) { return admit_signed(one, key); },
          .closed =
              [this](http_connection& one) {
                std::erase_if(open_, [&](const auto& each) { return each.get() == &one; });
              }});
  open_.push_back(connection);
  connection->start();
}

bool http_server::admit_signed(const http_connection& connection, std::string_view key) {
  const auto at = std::ranges::find(open_, &connection, &std::shared_ptr<http_connection>::get);
  if (at == open_.end()) return false;
  const auto self = static_cast<std::size_t>(at - open_.begin());
  return carry_out(easydkim::admit_signed(clients(), self, key, with_.shares));
}

void http_server::refuse(tcp::socket client) const {
  const http_answer busy =
      site_.refuse({}, {http_fault::no_room, "All connections are taken; try again, or raise " +
                                                 std::string{with_.limits.section} + ".max_connections."});
  std::string refusal =
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: " +
      std::string{busy.content_type} + "\r\n";
  for (const http_field& each : busy.headers)
    refusal.append(each.name).append(": ").append(each.value).append("\r\n");
  refusal += "Content-Length: " + std::to_string(busy.body.size()) + "\r\n\r\n" + busy.body;
  boost::system::error_code ignored;
  client.non_blocking(true, ignored);
  client.write_some(asio::buffer(refusal), ignored);
}

}  // namespace easydkim
