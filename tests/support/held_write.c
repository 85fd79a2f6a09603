// SPDX-License-Identifier: Apache-2.0
// Preloaded into the daemon, holds the process that writes a copy behind each large write until the daemon gives the copy
// up: a disk so slow that whatever a test does next comes before the end of it. Where $HELD_FOR_EVER is set it stands
// still beyond that. Half a minute at most.
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const size_t large = 1 << 16;

static int is_given_up(void) {
  struct pollfd daemon = {.fd = 0, .events = POLLRDHUP};
  return poll(&daemon, 1, 0) > 0 && (daemon.revents & (POLLRDHUP | POLLHUP)) != 0;
}

ssize_t write(int file, const void* octets, size_t size) {
  const ssize_t written = syscall(SYS_write, file, octets, size);
  struct stat there;
  if (size >= large && fstat(file, &there) == 0 && S_ISREG(there.st_mode))
    for (int i = 0; i < 3000 && (getenv("HELD_FOR_EVER") != NULL || !is_given_up()); ++i) usleep(10000);
  return written;
}
