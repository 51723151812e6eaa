/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Replacements of the calls that can fail; linked with -Wl,--wrap (tests/CMakeLists.txt has the
 * same list). */
#define _GNU_SOURCE /* O_TMPFILE */
#include "fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Atomic: OpenMP threads take memory too. */
static _Atomic tg_fault_kind armed_kind;
static atomic_long nb_left;
static atomic_bool has_failed;
static _Atomic tg_fault_lack lacking;
static atomic_int clone_error;

/* Calls of libgomp's own that this thread is in. */
static _Thread_local unsigned nb_gomp_calls;

void tg_fault_arm(tg_fault_kind kind, long nth)
{
    atomic_store(&has_failed, false);
    atomic_store(&nb_left, nth);
    atomic_store(&armed_kind, kind);
}

bool tg_fault_disarm(void)
{
    atomic_store(&armed_kind, TG_FAULT_NONE);
    return atomic_load(&has_failed);
}

void tg_fault_take_away(tg_fault_lack lack) { atomic_store(&lacking, lack); }

void tg_fault_refuse_clone(int error_number) { atomic_store(&clone_error, error_number); }

static bool lacks(tg_fault_lack lack, int error_number)
{
    if (atomic_load(&lacking) != lack) return false;
    errno = error_number;
    return true;
}

static bool fails(tg_fault_kind kind, int error_number)
{
    if (atomic_load(&armed_kind) != kind || nb_gomp_calls != 0) return false;
    if (atomic_fetch_sub(&nb_left, 1) != 1) return false;
    atomic_store(&has_failed, true);
    errno = error_number;
    return true;
}

/* TG_WRAP(result, call, parameters, arguments, kind, errno, result of a failure) */
#define TG_WRAP(result, call, parameters, arguments, kind, error_number, failure) \
    result __real_##call parameters;                                              \
    result __wrap_##call parameters;                                              \
    result __wrap_##call parameters                                               \
    {                                                                             \
        if (fails(kind, error_number)) return failure;                            \
        return __real_##call arguments;                                           \
    }

TG_WRAP(void *, malloc, (size_t size), (size), TG_FAULT_MEMORY, ENOMEM, NULL)
TG_WRAP(void *, calloc, (size_t nb, size_t size), (nb, size), TG_FAULT_MEMORY, ENOMEM, NULL)
TG_WRAP(void *, realloc, (void *old, size_t size), (old, size), TG_FAULT_MEMORY, ENOMEM, NULL)
TG_WRAP(void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size), TG_FAULT_MEMORY,
        ENOMEM, NULL)
TG_WRAP(void *, mmap, (void *at, size_t size, int protection, int flags, int file, off_t offset),
        (at, size, protection, flags, file, offset), TG_FAULT_MEMORY, ENOMEM, MAP_FAILED)
/* TG_WRAP_GOMP(call, parameters, arguments): how libgomp takes memory, which ends the process if
 * there is none. Weak: with other runtimes of OpenMP, and without one, nothing calls it. */
#define TG_WRAP_GOMP(call, parameters, arguments)         \
    __attribute__((weak)) void *__real_##call parameters; \
    void *__wrap_##call parameters;                       \
    void *__wrap_##call parameters                        \
    {                                                     \
        nb_gomp_calls++;                                  \
        void *memory = __real_##call arguments;           \
        nb_gomp_calls--;                                  \
        return memory;                                    \
    }

TG_WRAP_GOMP(gomp_malloc, (size_t size), (size))
TG_WRAP_GOMP(gomp_malloc_cleared, (size_t size), (size))
TG_WRAP_GOMP(gomp_realloc, (void *old, size_t size), (old, size))
TG_WRAP_GOMP(gomp_aligned_alloc, (size_t alignment, size_t size), (alignment, size))

TG_WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), TG_FAULT_IO, EIO, NULL)
TG_WRAP(size_t, fread, (void *to, size_t size, size_t nb, FILE *file), (to, size, nb, file),
        TG_FAULT_IO, EIO, 0)
TG_WRAP(size_t, fwrite, (const void *from, size_t size, size_t nb, FILE *file),
        (from, size, nb, file), TG_FAULT_IO, ENOSPC, 0)
TG_WRAP(int, fflush, (FILE * file), (file), TG_FAULT_IO, ENOSPC, EOF)
TG_WRAP(int, fseeko, (FILE * file, off_t offset, int whence), (file, offset, whence), TG_FAULT_IO,
        EIO, -1)
TG_WRAP(int, fsync, (int file), (file), TG_FAULT_IO, EIO, -1)
TG_WRAP(int, rename, (const char *from, const char *to), (from, to), TG_FAULT_IO, EIO, -1)
TG_WRAP(int, mkstemp, (char *path), (path), TG_FAULT_IO, EACCES, -1)
TG_WRAP(FILE *, fdopen, (int file, const char *mode), (file, mode), TG_FAULT_IO, ENOMEM, NULL)
TG_WRAP(int, fstat, (int file, struct stat *info), (file, info), TG_FAULT_IO, EIO, -1)
TG_WRAP(int, stat, (const char *path, struct stat *info), (path, info), TG_FAULT_IO, EACCES, -1)
TG_WRAP(int, lstat, (const char *path, struct stat *info), (path, info), TG_FAULT_IO, EACCES, -1)
TG_WRAP(int, access, (const char *path, int mode), (path, mode), TG_FAULT_IO, EACCES, -1)
TG_WRAP(char *, realpath, (const char *path, char *resolved), (path, resolved), TG_FAULT_IO, EACCES,
        NULL)
TG_WRAP(DIR *, opendir, (const char *path), (path), TG_FAULT_IO, EMFILE, NULL)
TG_WRAP(struct dirent *, readdir, (DIR * folder), (folder), TG_FAULT_IO, EIO, NULL)

TG_WRAP(int, linkat, (int at, const char *from, int to_at, const char *to, int flags),
        (at, from, to_at, to, flags), TG_FAULT_IO, EIO, -1)

TG_WRAP(pid_t, fork, (void), (), TG_FAULT_PROCESS, EAGAIN, -1)
TG_WRAP(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *), void *argument),
        (thread, how, run, argument), TG_FAULT_PROCESS, EAGAIN, EAGAIN)
TG_WRAP(int, socketpair, (int domain, int type, int protocol, int sockets[2]),
        (domain, type, protocol, sockets), TG_FAULT_PROCESS, EMFILE, -1)
TG_WRAP(int, memfd_create, (const char *name, unsigned flags), (name, flags), TG_FAULT_PROCESS,
        EMFILE, -1)
TG_WRAP(int, ftruncate, (int file, off_t size), (file, size), TG_FAULT_PROCESS, EFBIG, -1)
TG_WRAP(ssize_t, send, (int socket, const void *from, size_t size, int flags),
        (socket, from, size, flags), TG_FAULT_PROCESS, ECONNRESET, -1)
TG_WRAP(ssize_t, recv, (int socket, void *to, size_t size, int flags), (socket, to, size, flags),
        TG_FAULT_PROCESS, ENOBUFS, -1)
TG_WRAP(ssize_t, sendmsg, (int socket, const struct msghdr *message, int flags),
        (socket, message, flags), TG_FAULT_PROCESS, ECONNRESET, -1)
TG_WRAP(ssize_t, recvmsg, (int socket, struct msghdr *message, int flags), (socket, message, flags),
        TG_FAULT_PROCESS, ENOBUFS, -1)
TG_WRAP(int, poll, (struct pollfd * files, nfds_t nb, int wait_ms), (files, nb, wait_ms),
        TG_FAULT_PROCESS, ENOMEM, -1)

/* A fork that the C library has no call for; of other calls there are none. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
    if (number != SYS_clone) abort();
    if (fails(TG_FAULT_PROCESS, EAGAIN)) return -1;
    if (atomic_load(&clone_error) != 0) {
        errno = atomic_load(&clone_error);
        return -1;
    }
    va_list arguments;
    va_start(arguments, number);
    const long flags = va_arg(arguments, long);
    va_end(arguments);
    return __real_syscall(number, flags, 0L, 0L, 0L, 0L);
}

/* Looks for /proc only; a failure is no error, so that the nth call does not count it. */
int __real_faccessat(int at, const char *path, int mode, int flags);
int __wrap_faccessat(int at, const char *path, int mode, int flags);
int __wrap_faccessat(int at, const char *path, int mode, int flags)
{
    if (lacks(TG_FAULT_LACK_PROC, ENOENT)) return -1;
    return __real_faccessat(at, path, mode, flags);
}

/* open has a third argument only where it may create the file. */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    if (fails(TG_FAULT_IO, EMFILE)) return -1;
    const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
    if (unnamed && lacks(TG_FAULT_LACK_UNNAMED_FILES, EOPNOTSUPP)) return -1;
    if ((flags & O_CREAT) == 0 && !unnamed) return __real_open(path, flags);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return __real_open(path, flags, mode);
}

/* A failing fclose closes all the same, as POSIX has it. */
int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
    const bool failing = fails(TG_FAULT_IO, ENOSPC);
    const int result = __real_fclose(file);
    return failing ? EOF : result;
}

/* Libraries that are there and cannot be opened are not what the nth call is about either. */
void *__real_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags)
{
    if (lacks(TG_FAULT_LACK_LIBRARIES, ENOENT)) return NULL;
    return __real_dlopen(path, flags);
}

#ifdef TG_COVERAGE
/* What keeps the counts of a process is no part of what is tested, and leaves files that cannot be
 * read where it fails. */
void __real___gcov_dump(void);
void __wrap___gcov_dump(void);
void __wrap___gcov_dump(void)
{
    (void)tg_fault_disarm();
    __real___gcov_dump();
}
#endif
