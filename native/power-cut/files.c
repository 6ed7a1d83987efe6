/* The calls that change what is in a file, and those that ask for it to be kept. */
#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AT_POSITION = -1 }; /* as write(2): where the descriptor stands, or at the end */

static bool wants_append(int fd) { return (fcntl(fd, F_GETFL) & O_APPEND) != 0; }

static size_t bytes_in(const struct iovec *parts, int count) {
  size_t bytes = 0;
  for (int at = 0; at < count; at++) {
    bytes += parts[at].iov_len;
  }
  return bytes;
}

static void log_write(int fd, uint64_t inode, off_t offset, const struct iovec *parts, int count,
                      size_t written) {
  struct iovec kept[count];
  int used = 0;
  struct stat about;
  if (wants_append(fd) && fstat(fd, &about) == 0) {
    offset = about.st_size - (off_t)written;
  } else if (offset == AT_POSITION) {
    offset = lseek(fd, 0, SEEK_CUR) - (off_t)written;
  }
  for (size_t left = written; left > 0; used++) {
    const size_t length = parts[used].iov_len < left ? parts[used].iov_len : left;
    kept[used] = (struct iovec){parts[used].iov_base, length};
    left -= length;
  }
  journal_add(OP_WRITE, inode, (uint64_t)offset, kept, used);
}

static ssize_t put(int fd, const struct iovec *parts, int count, off_t offset) {
  return offset == AT_POSITION ? syscall(SYS_writev, fd, parts, count)
                               : syscall(SYS_pwritev, fd, parts, count, offset, 0);
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t offset) {
  uint64_t inode;
  if (!is_tracked(fd, &inode)) {
    return put(fd, parts, count, offset);
  }
  lock_disk();
  bool partial = false;
  const int refused = planned_write_failure(&partial);
  const size_t bytes = bytes_in(parts, count);
  const struct iovec half = {count > 0 ? parts[0].iov_base : NULL,
                             count > 0 && parts[0].iov_len < bytes / 2 ? parts[0].iov_len : bytes / 2};
  ssize_t written = -1;
  errno = refused;
  if (refused == 0) {
    written = put(fd, parts, count, offset);
  } else if (partial && half.iov_len > 0) {
    written = put(fd, &half, 1, offset);
  }
  const int error = errno;
  if (written > 0) {
    log_write(fd, inode, offset, parts, count, (size_t)written);
  }
  unlock_disk();
  errno = error;
  return written;
}

ssize_t write(int fd, const void *data, size_t length) {
  return write_parts(fd, &(struct iovec){(void *)data, length}, 1, AT_POSITION);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return write_parts(fd, &(struct iovec){(void *)data, length}, 1, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  return pwrite(fd, data, length, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return write_parts(fd, parts, count, AT_POSITION);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return write_parts(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return write_parts(fd, parts, count, offset);
}
ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
  (void)flags;
  return write_parts(fd, parts, count, offset);
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t offset, int flags) {
  return pwritev2(fd, parts, count, offset, flags);
}

static int change_size(int fd, enum operation op, off_t size) {
  uint64_t inode;
  const long call = op == OP_TRUNCATE ? SYS_ftruncate : SYS_fallocate;
  if (!is_tracked(fd, &inode)) {
    return (int)(op == OP_TRUNCATE ? syscall(call, fd, size) : syscall(call, fd, 0, (off_t)0, size));
  }
  lock_disk();
  bool partial = false;
  int result = -1;
  errno = planned_write_failure(&partial);
  if (errno == 0) {
    /* An allocation is only its size here: not every file system under a test can do more. */
    struct stat about;
    const bool grows = fstat(fd, &about) == 0 && about.st_size < size;
    result = op == OP_EXTEND && !grows ? 0 : (int)syscall(SYS_ftruncate, fd, size);
  }
  if (result == 0) {
    journal_add(op, inode, (uint64_t)size, NULL, 0);
  }
  unlock_disk();
  return result;
}

int ftruncate(int fd, off_t size) { return change_size(fd, OP_TRUNCATE, size); }
int ftruncate64(int fd, off64_t size) { return change_size(fd, OP_TRUNCATE, size); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
  uint64_t inode;
  if (mode == 0) {
    return change_size(fd, OP_EXTEND, offset + length);
  }
  if (!is_tracked(fd, &inode)) {
    return (int)syscall(SYS_fallocate, fd, mode, offset, length);
  }
  errno = EOPNOTSUPP;
  return -1;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  return fallocate(fd, mode, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) {
  return fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  return posix_fallocate(fd, offset, length);
}

/* Kept is what was written before it began; what comes meanwhile may be lost. */
static int sync_file(int fd) {
  uint64_t inode = 0;
  const bool tracked = is_tracked(fd, &inode);
  if (!tracked && has_folder()) {
    return (int)syscall(SYS_fsync, fd);
  }
  lock_disk();
  const uint64_t began = journal_size();
  const int refused = planned_sync_failure();
  unlock_disk();
  cost_of_sync();
  if (refused != 0) {
    errno = refused;
    return -1;
  }
  lock_disk();
  journal_add(OP_SYNC, inode, began, NULL, 0);
  unlock_disk();
  return 0;
}

int fsync(int fd) { return sync_file(fd); }
int fdatasync(int fd) { return sync_file(fd); }

/* Copies inside the kernel would pass by: their callers fall back to reading and writing. */
ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
  uint64_t inode;
  if (!is_tracked(out, &inode)) {
    return syscall(SYS_sendfile, out, in, offset, length);
  }
  errno = EINVAL;
  return -1;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t length) {
  return sendfile(out, in, offset, length);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
  uint64_t inode;
  if (!is_tracked(out, &inode)) {
    return syscall(SYS_copy_file_range, in, from, out, to, length, flags);
  }
  errno = ENOSYS;
  return -1;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  uint64_t inode;
  if (request == 0x40049409 /* FICLONE */ && is_tracked(fd, &inode)) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return (int)NEXT(ioctl)(fd, request, argument);
}

/* libuv asks by number for what its oldest libc has no name for; io_uring would write unseen. */
long syscall(long number, ...) {
  va_list more;
  long a[6];
  va_start(more, number);
  for (int at = 0; at < 6; at++) {
    a[at] = va_arg(more, long);
  }
  va_end(more);
  uint64_t inode;
  const bool unseen = number == SYS_io_uring_setup ||
                      (number == SYS_copy_file_range && is_tracked((int)a[2], &inode));
  if (unseen) {
    errno = ENOSYS;
    return -1;
  }
  static long (*next)(long, ...);
  if (next == NULL) {
    next = NEXT(syscall);
  }
  return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
