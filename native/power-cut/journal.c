#define _GNU_SOURCE
#include "disk.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Files and folders below the folder, by inode: an open table, never full. */
enum { SLOTS = 1 << 16 };
static const uint64_t FREE = 0, GONE = UINT64_MAX;
static _Atomic uint64_t tracked[SLOTS];

static char root[PATH_MAX]; /* ends with '/'; empty: every file counts, and nothing is kept */
static dev_t device;
static int journal = -1;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;

void lock_disk(void) { pthread_mutex_lock(&disk); }
void unlock_disk(void) { pthread_mutex_unlock(&disk); }
bool has_folder(void) { return root[0] != 0; }

static _Atomic uint64_t *slot_of(uint64_t inode) {
  _Atomic uint64_t *gone = NULL;
  for (uint64_t at = inode * 0x9e3779b97f4a7c15u >> 48, n = 0; n < SLOTS; at = (at + 1) % SLOTS, n++) {
    if (tracked[at] == inode) {
      return &tracked[at];
    }
    if (tracked[at] == GONE && gone == NULL) {
      gone = &tracked[at];
    }
    if (tracked[at] == FREE) {
      return gone != NULL ? gone : &tracked[at];
    }
  }
  return gone;
}

void track(uint64_t inode) {
  _Atomic uint64_t *slot = slot_of(inode);
  if (slot == NULL) {
    fputs("power-cut: too many files\n", stderr);
    abort();
  }
  *slot = inode;
}

void untrack(uint64_t inode) {
  _Atomic uint64_t *slot = slot_of(inode);
  if (slot != NULL && *slot == inode) {
    *slot = GONE;
  }
}

bool is_tracked(int fd, uint64_t *inode) {
  struct stat about;
  if (root[0] == 0 || fstat(fd, &about) != 0 || about.st_dev != device) {
    return false;
  }
  if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
    return false;
  }
  *inode = about.st_ino;
  _Atomic uint64_t *slot = slot_of(about.st_ino);
  return slot != NULL && *slot == about.st_ino;
}

/* The folder is resolved, the last name is not: it may not exist, and a link itself is meant. */
bool path_below(int folder, const char *path, char *relative) {
  char full[PATH_MAX * 2];
  if (root[0] == 0) {
    return false;
  }
  if (path[0] == '/' || folder == AT_FDCWD) {
    snprintf(full, sizeof full, "%s", path);
  } else {
    snprintf(full, sizeof full, "/proc/self/fd/%d/%s", folder, path);
  }
  size_t length = strlen(full);
  while (length > 1 && full[length - 1] == '/') {
    full[--length] = 0;
  }
  char *name = strrchr(full, '/');
  const char *last = name == NULL ? full : name + 1;
  char parent[PATH_MAX], resolved[PATH_MAX];
  snprintf(parent, sizeof parent, "%.*s", name == NULL ? 1 : (int)(name - full) + 1,
           name == NULL ? "." : full);
  if (realpath(parent, resolved) == NULL) {
    return false;
  }
  char whole[PATH_MAX * 2];
  snprintf(whole, sizeof whole, "%s%s%s", resolved, resolved[1] == 0 ? "" : "/", last);
  if (strncmp(whole, root, strlen(root)) != 0) {
    return false;
  }
  snprintf(relative, PATH_MAX, "%s", whole + strlen(root));
  return true;
}

uint64_t journal_size(void) {
  struct stat about;
  return fstat(journal, &about) == 0 ? (uint64_t)about.st_size : 0;
}

/* One call with O_APPEND: a process that is killed leaves whole records behind. */
void journal_add(enum operation op, uint64_t inode, uint64_t a, const struct iovec *data, int count) {
  if (journal < 0) {
    return;
  }
  struct iovec parts[count + 1];
  size_t payload = 0;
  for (int at = 0; at < count; at++) {
    parts[at + 1] = data[at];
    payload += data[at].iov_len;
  }
  struct record head = {op, (uint32_t)payload, inode, a};
  parts[0] = (struct iovec){&head, sizeof head};
  const ssize_t written = syscall(SYS_writev, journal, parts, count + 1);
  if (written != (ssize_t)(sizeof head + payload)) {
    perror("power-cut: journal");
    abort();
  }
}

void journal_path(enum operation op, uint64_t inode, uint64_t a, const char *path) {
  journal_add(op, inode, a, &(struct iovec){(void *)path, strlen(path)}, 1);
}

static int enter(const char *path, const struct stat *about, int kind, struct FTW *where) {
  (void)where;
  if (kind == FTW_F || kind == FTW_D) {
    const size_t prefix = strlen(root);
    track(about->st_ino);
    journal_path(OP_ENTRY, about->st_ino, kind == FTW_D, strlen(path) > prefix ? path + prefix : "");
  }
  return 0;
}

void journal_open(void) {
  const char *folder = getenv("POWER_CUT_DIR");
  const char *file = getenv("POWER_CUT_LOG");
  char resolved[PATH_MAX];
  struct stat about;
  if (folder == NULL) {
    return;
  }
  if (realpath(folder, resolved) == NULL || stat(resolved, &about) != 0) {
    perror("power-cut: folder");
    abort();
  }
  device = about.st_dev;
  snprintf(root, sizeof root, "%.*s/", PATH_MAX - 2, resolved);
  if (file != NULL) {
    const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    journal = (int)syscall(SYS_openat, AT_FDCWD, file, flags, 0600);
    if (journal < 0) {
      perror("power-cut: journal");
      abort();
    }
  }
  nftw(resolved, enter, 16, FTW_PHYS);
}
