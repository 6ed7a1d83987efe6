/*
 * A disk with a volatile cache, put between a program and its files by the dynamic linker
 * (LD_PRELOAD). README.md says what is modelled. One process, any number of threads.
 */
#ifndef POWER_CUT_DISK_H
#define POWER_CUT_DISK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What the control file holds: 64-bit numbers in the machine's order. control.ts reads and writes it. */
struct control {
  _Atomic uint64_t writes; /* calls that change the disk, below the folder */
  _Atomic uint64_t syncs;
  _Atomic uint64_t failed_writes;
  _Atomic uint64_t failed_syncs;
  /* A plan: from that call on (counted as above, the first is 1) so many fail with errno. */
  _Atomic uint64_t write_from; /* 0: none */
  _Atomic uint64_t write_count;
  _Atomic uint64_t write_errno;
  _Atomic uint64_t sync_from;
  _Atomic uint64_t sync_count;
  _Atomic uint64_t sync_errno;
  _Atomic uint64_t sync_us; /* what each sync costs */
};

extern struct control *control;

enum operation {
  OP_ENTRY = 1, /* was there before: path; a = 1 folder */
  OP_CREATE,    /* path; a = 1 folder */
  OP_WRITE,     /* a = offset; data */
  OP_TRUNCATE,  /* a = size */
  OP_EXTEND,    /* a = least size */
  OP_SYNC,      /* a = bytes of the journal when it began; logged when it returned */
  OP_LINK,      /* path */
  OP_RENAME,    /* old path, NUL, new path */
  OP_UNLINK,    /* path */
};

/* One record of the journal; `payload` bytes follow. Relative paths, below the folder. */
struct record {
  uint32_t operation;
  uint32_t payload;
  uint64_t inode;
  uint64_t a;
};

/* journal.c */
bool has_folder(void); /* false: every file's syncs count, nothing is kept or refused */
void journal_open(void);
bool is_tracked(int fd, uint64_t *inode);
bool path_below(int folder, const char *path, char *relative); /* PATH_MAX bytes */
void track(uint64_t inode);
void untrack(uint64_t inode);
uint64_t journal_size(void);
void journal_add(enum operation op, uint64_t inode, uint64_t a, const struct iovec *data, int count);
void journal_path(enum operation op, uint64_t inode, uint64_t a, const char *path);
void lock_disk(void);
void unlock_disk(void);

/* control.c */
void control_open(void);
int planned_write_failure(bool *partial); /* 0, or the errno that this call must fail with */
bool is_read_only(void); /* by a plan with EROFS: nothing may be opened for writing either */
int planned_sync_failure(void);
void cost_of_sync(void);

/* The next definition of a function: libc's own. */
#define NEXT(name) ((__typeof__(&name))next_symbol(#name))
void *next_symbol(const char *name);

#endif
