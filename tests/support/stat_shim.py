"""A library for LD_PRELOAD: `stat` shows what other file systems show, of files below one folder.

Inodes that collide or change, coarser times, no time of change.
"""

import subprocess
from pathlib import Path

SOURCE = r"""
#define _DEFAULT_SOURCE  /* not _GNU_SOURCE, which declares stat64 with a struct of its own */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef RTLD_NEXT
#define RTLD_NEXT ((void *)-1L)
#endif

static void coarsen(struct timespec *t, long long step) {
    long long ns = t->tv_sec * 1000000000LL + t->tv_nsec;
    ns -= ns % step;
    t->tv_sec = ns / 1000000000LL;
    t->tv_nsec = ns % 1000000000LL;
}

static void change(const char *path, struct stat *s) {
    static unsigned long looks;
    const char *below = getenv("SHIM_BELOW"), *inodes = getenv("SHIM_INODES"), *step = getenv("SHIM_STEP_NS");
    if (below == NULL || path == NULL || strncmp(path, below, strlen(below)) != 0) return;
    if (inodes != NULL && strcmp(inodes, "collide") == 0) s->st_ino = S_ISDIR(s->st_mode) ? 2 : 1;
    if (inodes != NULL && strcmp(inodes, "change") == 0)
        s->st_ino = 1000 * (unsigned long)getpid() + __atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED);
    if (step != NULL) {
        coarsen(&s->st_mtim, atoll(step));
        coarsen(&s->st_ctim, atoll(step));
    }
    if (getenv("SHIM_NO_CTIME") != NULL) s->st_ctim = s->st_mtim;
}

static const char *path_of(int fd, const char *name, char *buffer) {
    char link[64];
    if (name != NULL && name[0] == '/') return name;
    if (fd == AT_FDCWD) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, 4095);
    if (length < 0) return NULL;
    buffer[length] = 0;
    if (name != NULL && name[0] != 0 && length + strlen(name) < 4094) {
        strcat(buffer, "/");
        strcat(buffer, name);
    }
    return buffer;
}

#define BY_PATH(name)                                              \
    int name(const char *path, struct stat *s) {                   \
        static int (*real)(const char *, struct stat *);           \
        if (real == NULL) real = dlsym(RTLD_NEXT, #name);          \
        int result = real(path, s);                                \
        if (result == 0) change(path, s);                          \
        return result;                                             \
    }
#define BY_DESCRIPTOR(name)                                        \
    int name(int fd, struct stat *s) {                             \
        static int (*real)(int, struct stat *);                    \
        char buffer[4096];                                         \
        if (real == NULL) real = dlsym(RTLD_NEXT, #name);          \
        int result = real(fd, s);                                  \
        if (result == 0) change(path_of(fd, NULL, buffer), s);     \
        return result;                                             \
    }
#define BY_BOTH(name)                                              \
    int name(int fd, const char *path, struct stat *s, int flags) {\
        static int (*real)(int, const char *, struct stat *, int); \
        char buffer[4096];                                         \
        if (real == NULL) real = dlsym(RTLD_NEXT, #name);          \
        int result = real(fd, path, s, flags);                     \
        if (result == 0) change(path_of(fd, path, buffer), s);     \
        return result;                                             \
    }
BY_PATH(stat) BY_PATH(stat64) BY_PATH(lstat) BY_PATH(lstat64)
BY_DESCRIPTOR(fstat) BY_DESCRIPTOR(fstat64)
BY_BOTH(fstatat) BY_BOTH(fstatat64)
"""


def build_stat_shim(folder: Path) -> Path:
    """The library, made in this folder. Needs a C compiler and 64-bit glibc."""
    source, library = folder / "stat_shim.c", folder / "stat_shim.so"
    source.write_text(SOURCE)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library
