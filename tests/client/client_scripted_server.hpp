// SPDX-License-Identifier: Apache-2.0
// A control server that plays one script, for tests of the client: a real Unix socket, answers as written,
// and a failed test for anything that the script did not expect.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace easydkim {

/// A directory that is gone with its contents when the object is.
class scratch_directory {
 public:
  scratch_directory();
  ~scratch_directory();
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  std::string file(std::string_view name) const { return (path_ / name).string(); }

  /// Writes `content` to the file `name`, and returns its path.
  std::string write(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

class scripted_server {
 public:
  /// The server's side of one connection.
  class peer {
   public:
    using socket = boost::asio::local::stream_protocol::socket;
    explicit peer(socket connected) : socket_{std::move(connected)} {}

    struct call {
      boost::json::value id;
      std::string method;
      boost::json::object params;
      std::size_t octets = 0;  // of the request line, with its end
    };

    /// The next line, whatever it is, without its end.
    std::string line();

    /// The next request, whatever it asks.
    call next();

    /// The next request, which must be this one. `params`: JSON text.
    call expect(std::string_view method, std::string_view params);

    /// `result`: JSON text, which goes out on one line.
    void answer(const call& to, std::string_view result);
    void refuse(const call& to, std::string_view code, std::string_view message);
    void notify(std::string_view params);  // IdentityStatusChanged
    void raw(std::string_view octets);

    /// The client must close now, without asking more.
    void expect_end();

   private:
    socket socket_;
    std::string received_;
  };

  /// Listens at once and plays `script` with the first connection. The destructor waits for its end and fails
  /// the test when it met anything unexpected; so it does when nobody connected.
  explicit scripted_server(std::function<void(peer&)> script);
  ~scripted_server();
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  std::string path() const { return directory_.file("control.sock"); }

 private:
  void play(const std::function<void(peer&)>& script);

  scratch_directory directory_;
  boost::asio::io_context context_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::string fault_;
  std::thread thread_;
};

}  // namespace easydkim
