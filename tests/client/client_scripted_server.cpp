// SPDX-License-Identifier: Apache-2.0
#include "tests/client/client_scripted_server.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace easydkim {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr int patience_ms = 20'000;  // a client that hangs fails its test instead of all of them

void wait_readable(int descriptor, const char* what) {
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  if (poll(&waited, 1, patience_ms) != 1) throw std::runtime_error{std::string{"waited in vain for "} + what};
}

}  // namespace

scratch_directory::scratch_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "easydkim-client-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::system_error{errno, std::generic_category(), "mkdtemp"};
  path_ = name;
}

scratch_directory::~scratch_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string scratch_directory::write(std::string_view name, std::string_view content) const {
  std::ofstream{file(name), std::ios::binary} << content;
  return file(name);
}

std::string scripted_server::peer::line() {
  std::size_t end = 0;
  while ((end = received_.find('\n')) == received_.npos) {
    wait_readable(socket_.native_handle(), "a request");
    char chunk[65536];
    boost::system::error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(chunk), error);
    if (error) throw std::runtime_error{"the client closed where a request was expected"};
    received_.append(chunk, count);
  }
  std::string text = received_.substr(0, end);
  received_.erase(0, end + 1);
  return text;
}

scripted_server::peer::call scripted_server::peer::next() {
  const std::string text = line();
  const json::object request = json::parse(text).as_object();
  if (request.at("jsonrpc") != "2.0") throw std::runtime_error{"no JSON-RPC 2.0: " + text};
  return {.id = request.at("id"),
          .method = json::value_to<std::string>(request.at("method")),
          .params = request.at("params").as_object(),
          .octets = text.size() + 1};
}

scripted_server::peer::call scripted_server::peer::expect(std::string_view method, std::string_view params) {
  call got = next();
  if (got.method != method || got.params != json::parse({params.data(), params.size()}))
    throw std::runtime_error{"expected " + std::string{method} + " " + std::string{params} + ", got " +
                             got.method + " " + json::serialize(got.params)};
  return got;
}

void scripted_server::peer::answer(const call& to, std::string_view result) {
  const json::object line{
      {"jsonrpc", "2.0"}, {"id", to.id}, {"result", json::parse({result.data(), result.size()})}};
  raw(json::serialize(line) + "\n");
}

void scripted_server::peer::refuse(const call& to, std::string_view code, std::string_view message) {
  const json::object error{{"code", -32000}, {"message", message}, {"data", {{"Code", code}}}};
  raw(json::serialize(json::object{{"jsonrpc", "2.0"}, {"id", to.id}, {"error", error}}) + "\n");
}

void scripted_server::peer::notify(std::string_view params) {
  raw(R"({"jsonrpc":"2.0","method":"IdentityStatusChanged","params":)" + std::string{params} + "}\n");
}

void scripted_server::peer::raw(std::string_view octets) {
  asio::write(socket_, asio::buffer(octets));
}

void scripted_server::peer::expect_end() {
  wait_readable(socket_.native_handle(), "the end");
  char octet = 0;
  boost::system::error_code error;
  if (!received_.empty() || socket_.read_some(asio::buffer(&octet, 1), error) != 0)
    throw std::runtime_error{"the client asked more than was expected: " + received_ + octet};
}

scripted_server::scripted_server(std::function<void(peer&)> script)
    : acceptor_{context_, asio::local::stream_protocol::endpoint{path()}},
      thread_{[this, script = std::move(script)] { play(script); }} {}

void scripted_server::play(const std::function<void(peer&)>& script) {
  try {
    wait_readable(acceptor_.native_handle(), "a connection");
    peer client{acceptor_.accept()};
    script(client);
  } catch (const std::exception& error) {
    fault_ = error.what();
  }
}

scripted_server::~scripted_server() {
  thread_.join();
  if (!fault_.empty()) ADD_FAILURE() << "the control server: " << fault_;
}

}  // namespace easydkim
