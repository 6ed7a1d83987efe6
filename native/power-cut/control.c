#define _GNU_SOURCE
#include "disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct control own; /* counts of a process that was given no control file */
struct control *control = &own;

void *next_symbol(const char *name) {
  void *symbol = dlsym(RTLD_NEXT, name);
  if (symbol == NULL) {
    fprintf(stderr, "power-cut: this libc has no %s\n", name);
    abort();
  }
  return symbol;
}

void control_open(void) {
  const char *file = getenv("POWER_CUT_CONTROL");
  if (file != NULL) {
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || syscall(SYS_ftruncate, fd, (off_t)sizeof(struct control)) != 0) {
      perror("power-cut: control file");
      abort();
    }
    void *page = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (page == MAP_FAILED) {
      perror("power-cut: control file");
      abort();
    }
    control = page;
  }
  const char *us = getenv("POWER_CUT_SYNC_US");
  if (us != NULL) {
    control->sync_us = strtoull(us, NULL, 10);
  }
}

static bool in_plan(uint64_t nth, uint64_t from, uint64_t count) {
  return from != 0 && nth >= from && nth - from < count;
}

int planned_write_failure(bool *partial) {
  const uint64_t nth = ++control->writes;
  if (!in_plan(nth, control->write_from, control->write_count)) {
    return 0;
  }
  control->failed_writes++;
  /* A disk that fills takes the first half of a write before it refuses the rest. */
  *partial = control->write_errno == ENOSPC && nth == control->write_from;
  return (int)control->write_errno;
}

bool is_read_only(void) {
  return control->write_errno == EROFS &&
         in_plan(control->writes + 1, control->write_from, control->write_count);
}

int planned_sync_failure(void) {
  const uint64_t nth = ++control->syncs;
  if (!in_plan(nth, control->sync_from, control->sync_count)) {
    return 0;
  }
  control->failed_syncs++;
  return (int)control->sync_errno;
}

void cost_of_sync(void) {
  const uint64_t us = control->sync_us;
  struct timespec rest = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
  while (us > 0 && nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
}
