// SPDX-License-Identifier: Apache-2.0
#include "posix/passed_file.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>

namespace easydkim {

reception receive_with_file(int socket, std::span<char> into) {
  ::iovec octets{.iov_base = into.data(), .iov_len = into.size()};
  alignas(::cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))>
      beside{};  // room for one: the kernel closes others
  ::msghdr message{};
  message.msg_iov = &octets;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = CMSG_LEN(sizeof(int));  // what would fit into the padding, too, would be lost

  ::ssize_t count = 0;
  do count = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count < 0) return {.failed = {errno, boost::system::system_category()}};
  if (count == 0) return {.failed = boost::asio::error::eof};

  int number = -1;
  if (const ::cmsghdr* header = CMSG_FIRSTHDR(&message);
      header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
  return {.octets = static_cast<std::size_t>(count), .passed = file_handle{number}};
}

}  // namespace easydkim
