// Preloaded into the daemon, holds each large write until its descriptor has become another file: a disk so slow that
// whatever a test does next comes before the end of it. Half a minute at most.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const size_t large = 1 << 20;

ssize_t write(int file, const void* octets, size_t size) {
  struct stat before, now;
  if (size >= large && fstat(file, &before) == 0)
    for (int i = 0; i < 3000 && fstat(file, &now) == 0 && now.st_ino == before.st_ino; ++i) usleep(10000);
  return syscall(SYS_write, file, octets, size);
}
