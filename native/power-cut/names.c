/* The calls that change which names there are. */
#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  control_open();
  journal_open();
}

/* 0, or -1 with errno set, as a call that was refused answers. */
static int refused(void) {
  bool partial;
  errno = planned_write_failure(&partial);
  return errno == 0 ? 0 : -1;
}

static int open_existing(int folder, const char *path, int flags, mode_t mode) {
  const int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
  uint64_t inode;
  if (fd >= 0 && (flags & O_TRUNC) != 0 && is_tracked(fd, &inode)) {
    journal_add(OP_TRUNCATE, inode, 0, NULL, 0);
  }
  return fd;
}

static int open_file(int folder, const char *path, int flags, mode_t mode) {
  char name[PATH_MAX];
  if ((flags & O_ACCMODE) != O_RDONLY && is_read_only() && path_below(folder, path, name)) {
    errno = EROFS;
    return -1;
  }
  if ((flags & (O_CREAT | O_TRUNC)) == 0 || !path_below(folder, path, name)) {
    return (int)syscall(SYS_openat, folder, path, flags, mode);
  }
  lock_disk();
  struct stat about;
  int fd = -1;
  if (fstatat(folder, path, &about, 0) == 0) {
    fd = open_existing(folder, path, flags, mode);
  } else if ((flags & O_CREAT) == 0 || refused() == 0) {
    fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fstat(fd, &about) == 0) {
      track(about.st_ino);
      journal_path(OP_CREATE, about.st_ino, 0, name);
    }
  }
  const int error = errno;
  unlock_disk();
  errno = error;
  return fd;
}

#define MODE_OF(flags, mode)                         \
  mode_t mode = 0;                                   \
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {      \
    va_list more;                                    \
    va_start(more, flags);                           \
    mode = va_arg(more, mode_t);                     \
    va_end(more);                                    \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return open_file(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return open_file(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return open_file(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return open_file(folder, path, flags, mode);
}
int creat(const char *path, mode_t mode) {
  return open_file(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int faccessat(int folder, const char *path, int mode, int flags) {
  char name[PATH_MAX];
  if ((mode & W_OK) != 0 && is_read_only() && path_below(folder, path, name)) {
    errno = EROFS;
    return -1;
  }
  return (int)syscall(SYS_faccessat2, folder, path, mode, flags);
}
int access(const char *path, int mode) { return faccessat(AT_FDCWD, path, mode, 0); }

int mkdirat(int folder, const char *path, mode_t mode) {
  char name[PATH_MAX];
  if (!path_below(folder, path, name)) {
    return (int)syscall(SYS_mkdirat, folder, path, mode);
  }
  lock_disk();
  struct stat about;
  const int result = refused() == 0 ? (int)syscall(SYS_mkdirat, folder, path, mode) : -1;
  const int error = errno;
  if (result == 0 && fstatat(folder, path, &about, AT_SYMLINK_NOFOLLOW) == 0) {
    track(about.st_ino);
    journal_path(OP_CREATE, about.st_ino, 1, name);
  }
  unlock_disk();
  errno = error;
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* A name that goes takes the file with it when it was the last one; its number is used again. */
static void forget_last_name(const struct stat *about) {
  if (about->st_nlink <= 1 || S_ISDIR(about->st_mode)) {
    untrack(about->st_ino);
  }
}

int unlinkat(int folder, const char *path, int flags) {
  char name[PATH_MAX];
  struct stat about;
  if (!path_below(folder, path, name) || fstatat(folder, path, &about, AT_SYMLINK_NOFOLLOW) != 0) {
    return (int)syscall(SYS_unlinkat, folder, path, flags);
  }
  lock_disk();
  /* A full disk still lets go: only another planned error stands in the way. */
  const bool full = control->write_errno == ENOSPC;
  const int result = full || refused() == 0 ? (int)syscall(SYS_unlinkat, folder, path, flags) : -1;
  const int error = errno;
  if (result == 0) {
    journal_path(OP_UNLINK, about.st_ino, 0, name);
    forget_last_name(&about);
  }
  unlock_disk();
  errno = error;
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int renameat2(int from, const char *old, int to, const char *path, unsigned flags) {
  char old_name[PATH_MAX], name[PATH_MAX];
  struct stat moved, replaced;
  const bool leaves = path_below(from, old, old_name);
  const bool enters = path_below(to, path, name);
  if (!leaves && !enters) {
    return (int)syscall(SYS_renameat2, from, old, to, path, flags);
  }
  if (leaves != enters) {
    errno = EXDEV; /* as between two disks: the caller copies */
    return -1;
  }
  lock_disk();
  const bool known = fstatat(from, old, &moved, AT_SYMLINK_NOFOLLOW) == 0;
  const bool covers = fstatat(to, path, &replaced, AT_SYMLINK_NOFOLLOW) == 0;
  const int result = refused() == 0 ? (int)syscall(SYS_renameat2, from, old, to, path, flags) : -1;
  const int error = errno;
  if (result == 0 && known) {
    const struct iovec names[] = {{old_name, strlen(old_name) + 1}, {name, strlen(name)}};
    journal_add(OP_RENAME, moved.st_ino, 0, names, 2);
    if (covers && replaced.st_ino != moved.st_ino) {
      forget_last_name(&replaced);
    }
  }
  unlock_disk();
  errno = error;
  return result;
}
int renameat(int from, const char *old, int to, const char *path) {
  return renameat2(from, old, to, path, 0);
}
int rename(const char *old, const char *path) {
  return renameat2(AT_FDCWD, old, AT_FDCWD, path, 0);
}

int linkat(int from, const char *old, int to, const char *path, int flags) {
  char name[PATH_MAX];
  struct stat about;
  if (!path_below(to, path, name) || fstatat(from, old, &about, AT_SYMLINK_NOFOLLOW) != 0) {
    return (int)syscall(SYS_linkat, from, old, to, path, flags);
  }
  lock_disk();
  const int result = refused() == 0 ? (int)syscall(SYS_linkat, from, old, to, path, flags) : -1;
  const int error = errno;
  if (result == 0) {
    journal_path(OP_LINK, about.st_ino, 0, name);
  }
  unlock_disk();
  errno = error;
  return result;
}
int link(const char *old, const char *path) {
  return linkat(AT_FDCWD, old, AT_FDCWD, path, 0);
}
