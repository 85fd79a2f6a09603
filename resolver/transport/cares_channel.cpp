// SPDX-License-Identifier: Apache-2.0
// What differs between the versions of c-ares that this file is built with:
//
//                      1.18 (Debian 12)             1.34 (Debian 13)
//   id of a query      ours                         drawn by c-ares, well
//   query and reply    as composed, as received     parsed and written anew: the same names, letters and
//                                                   records, but not octets left over in a record
//   unparsable reply   handed to us                 socket dropped, its queries are sent again; after the
//                                                   last try ARES_EBADRESP
//   datagrams read     all that came                one for each ares_process_fd, through functions of ours
//   reply over 512     asked again over TCP         taken, up to 4 KiB
//   queries a socket   all, until it is idle        ARES_OPT_UDP_MAX_QUERIES
//   query cache        none                         on, hides new records: ARES_OPT_QUERY_CACHE
//   time-out of a try  as set, then doubled         5 times the mean latency, at least 250 ms, then doubled:
//                                                   ARES_OPT_MAXTIMEOUTMS, and more tries (patient_tries)
//   letter case        left alone                   ARES_FLAG_DNS0x20 would drop answers in other case; not
//                                                   set: we draw the case and ask again over TCP
//   EDNS               off                          on, but off where flags are set
//   TCP, nobody asked  read and dropped, as long    the same
//                      as the connection is open:
//                      message_count
#include "resolver/transport/cares_channel.hpp"

#include <ares.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "resolver/transport/cares_channel_watch.hpp"

namespace easydkim {
namespace {

int flags_for(const cares_channel::options& chosen) {
  // NOCHECKRESP: SERVFAIL and REFUSED are answers that we want to see.
  int flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  if (chosen.over == expectation::transport::tcp) flags |= ARES_FLAG_USEVC;
  const bool is_shared = chosen.use == cares_channel::sharing::many;
  if (is_shared && chosen.when_idle == cares_channel::idle::stays_open) flags |= ARES_FLAG_STAYOPEN;
  return flags;
}

#ifdef ARES_OPT_MAXTIMEOUTMS
/// How long the last try waits: each try waits twice as long as the one before.
int longest_timeout(const cares_channel::options& chosen) {
  constexpr int most_doublings = 10;
  constexpr duration at_most = std::chrono::hours{1};
  const duration longest = chosen.timeout * (1 << std::clamp(chosen.tries - 1, 0, most_doublings));
  return static_cast<int>(std::min(longest, at_most).count());
}

/// As many tries as fill the configured patience when the first one waits for 250 ms only.
int patient_tries(const cares_channel::options& chosen) {
  const int longest = longest_timeout(chosen);
  const long patience = 2L * longest - static_cast<long>(chosen.timeout.count());
  int tries = 0;
  long waited = 0;
  for (int wait = std::min(250, longest); waited < patience; wait = std::min(2 * wait, longest), ++tries)
    waited += std::max(wait, 1);
  return std::max(tries, chosen.tries);
}
#endif

void check(int status, const char* what) {
  if (status != ARES_SUCCESS) throw std::runtime_error{std::string{what} + ": " + ares_strerror(status)};
}

cares_channel::reply::outcome outcome_of(int status) {
  using enum cares_channel::reply::outcome;
  switch (status) {
    case ARES_ETIMEOUT:
      return timed_out;
    case ARES_EBADRESP:
    case ARES_EFORMERR:
      return unreadable;
    default:
      return unreachable;
  }
}

}  // namespace

cares_channel::cares_channel(boost::asio::io_context& io, const options& chosen,
                             const std::function<void()>& after_events)
    : io_{io}, options_{chosen}, after_events_{after_events}, channel_{open()} {}

cares_channel::~cares_channel() {
  close(channel_);
}

ares_channeldata* cares_channel::open() {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  check(library, "c-ares");

  std::string only_dns = "b";
  std::string no_file = "/dev/null";
  ares_options wanted{};
  wanted.flags = flags_for(options_);
  wanted.timeout = static_cast<int>(options_.timeout.count());
  wanted.tries = options_.tries;
  wanted.lookups = only_dns.data();
  wanted.resolvconf_path = no_file.data();
  wanted.sock_state_cb_data = this;
  wanted.sock_state_cb = [](void* self, int socket, int readable, int writable) noexcept {
    try {
      static_cast<cares_channel*>(self)->socket_state(socket, readable != 0, writable != 0);
    } catch (const std::exception&) {
      // Out of memory inside a C library: the socket stays unwatched, so its queries time out.
    }
  };
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS |
             ARES_OPT_RESOLVCONF | ARES_OPT_NOROTATE | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
  wanted.qcache_max_ttl = 0;
  mask |= ARES_OPT_QUERY_CACHE;
#endif
#ifdef ARES_OPT_UDP_MAX_QUERIES
  wanted.udp_max_queries = options_.use == sharing::one ? 1 : 0;
  mask |= ARES_OPT_UDP_MAX_QUERIES;
#endif
#ifdef ARES_OPT_MAXTIMEOUTMS
  wanted.maxtimeout = longest_timeout(options_);
  wanted.tries = patient_tries(options_);
  mask |= ARES_OPT_MAXTIMEOUTMS;
#endif

  ares_channeldata* opened = nullptr;
  check(ares_init_options(&opened, &wanted, mask), "c-ares cannot make a channel");
  watch_octets(opened);
  const int status = ares_set_servers_ports_csv(opened, options_.server.to_string().c_str());
  if (status != ARES_SUCCESS) ares_destroy(opened);
  check(status, "c-ares refuses the server");
  return opened;
}

void cares_channel::close(ares_channeldata* channel) {
  ares_destroy(channel);  // closes the sockets, and calls back for each query with ARES_EDESTRUCTION
  for (const watched& left : sockets_) {
    left->owner = nullptr;
    left->descriptor.release();
  }
  sockets_.clear();
}

void cares_channel::renew() {
  sent_ = 0;
  lost_connection_ = false;
  try {
    ares_channeldata* const fresh = open();
    close(std::exchange(channel_, fresh));
  } catch (const std::runtime_error&) {
    // Out of memory or descriptors for now: the old sockets serve on.
  }
}

void cares_channel::set_server(const server_address& server) {
  check(ares_set_servers_ports_csv(channel_, server.to_string().c_str()), "c-ares refuses the server");
  options_.server = server;
}

void cares_channel::send(std::span<const std::uint8_t> query, ticket& by) {
  by.channel = this;
  ++in_flight_;
  ++sent_;
  ares_send(
      channel_, query.data(), static_cast<int>(query.size()),
      [](void* arg, int status, int /*timeouts*/, unsigned char* message, int length) noexcept {
        // The ticket may be gone before the channel: it is not looked at.
        if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
        ticket& ended = *static_cast<ticket*>(arg);
        const std::size_t octets = message == nullptr ? 0 : static_cast<std::size_t>(length);
        ended.channel->ended(ended, status, {message, octets});
      },
      &by);
}

void cares_channel::ended(ticket& by, int status, std::span<const std::uint8_t> message) {
  if (--in_flight_ == 0 && options_.use == sharing::one) sent_ = 0;  // c-ares closes an idle socket
  if (message.empty() && options_.over == transport::tcp) lost_connection_ = true;
  by.answered(by, {message.empty() ? outcome_of(status) : reply::outcome::arrived, message});
}

void cares_channel::tick() {
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

}  // namespace easydkim
