// SPDX-License-Identifier: Apache-2.0
#include "tests/support/knot_server.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "resolver/wire/dns_question.hpp"

namespace easydkim::tests {
namespace {

std::filesystem::path new_folder() {
  std::string name = std::filesystem::temp_directory_path() / "easydkim-knot-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for knotd"};
  return name;
}

void write_config(const std::filesystem::path& folder, const std::string& address,
                  const std::map<std::string, std::string>& zones) {
  std::ofstream config{folder / "knot.conf"};
  config << "server:\n  listen: " << address << "@53\n  rundir: " << folder.string()
         << "\n  pidfile: " << (folder / "knot.pid").string()
         << "\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n"
         << "database:\n  storage: " << (folder / "db").string()
         << "\nlog:\n  - target: stderr\n    any: warning\n"
         << "template:\n  - id: default\n    storage: " << folder.string()
         << "\n    file: \"%s.zone\"\n    journal-content: none\nzone:\n";
  for (const auto& [apex, records] : zones) {
    config << "  - domain: \"" << apex << "\"\n";
    std::ofstream{folder / (apex + ".zone")} << "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n"
                                             << records;
  }
}

std::string log_of(const std::filesystem::path& folder) {
  std::stringstream log;
  log << std::ifstream{folder / "log"}.rdbuf();
  return log.str();
}

}  // namespace

knot_server::knot_server(const std::string& address, const std::map<std::string, std::string>& zones)
    : folder_{new_folder()} {
  write_config(folder_, address, zones);
  const std::string config = folder_ / "knot.conf";
  const std::string log = folder_ / "log";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, descriptor, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::array<const char*, 4> arguments{"knotd", "-c", config.c_str(), nullptr};
  const int error =
      posix_spawnp(&pid_, "knotd", &actions, nullptr, const_cast<char**>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error{"knotd cannot be started"};

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  for (const auto& [apex, unused] : zones)
    while (!answers_for(address, apex)) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error{"knotd does not answer for " + apex + ":\n" + log_of(folder_)};
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

knot_server::~knot_server() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

/// With AA.
bool knot_server::answers_for(const std::string& address, const std::string& apex) const {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ip::udp::socket socket{io, asio::ip::udp::v4()};
  boost::system::error_code error;
  socket.connect({asio::ip::make_address(address), 53}, error);
  const std::array<std::uint8_t, dns_question::random_octets> plain{};
  const dns_question question{{apex}, rr_type::soa, plain, of_authority};
  socket.send(asio::buffer(question.bytes().data(), question.bytes().size()), 0, error);
  constexpr timeval patience{.tv_sec = 0, .tv_usec = 200'000};
  setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<std::uint8_t, 1500> reply{};
  const ssize_t size = ::recv(socket.native_handle(), reply.data(), reply.size(), 0);
  return size > 12 && (reply[2] & 0x04) != 0 && (reply[3] & 0x0F) == 0;
}

}  // namespace easydkim::tests
