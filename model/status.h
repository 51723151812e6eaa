/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Status and error of every function of the project that can fail.
 *
 * A function that can fail returns a tg_status and takes a tg_error, which may be NULL. On failure
 * it says there what is wrong, where, and how to mend it; nothing is printed and nothing ends the
 * process. On TG_OK the error is left as it was.
 */
#ifndef TRACEGATE_MODEL_STATUS_H
#define TRACEGATE_MODEL_STATUS_H

#include <stddef.h>

#if defined(__GNUC__)
#define TG_NODISCARD __attribute__((warn_unused_result))
#define TG_PRINTF(format_index, first_index) \
    __attribute__((format(printf, format_index, first_index)))
#else
#define TG_NODISCARD
#define TG_PRINTF(format_index, first_index)
#endif

/* S(constant, exit code of the program that ends with it, short text) */
#define TG_STATUS_LIST(S)                                     \
    S(TG_OK, 0, "ok")                                         \
    S(TG_ERR_MISMATCH, 1, "mismatch")                         \
    S(TG_ERR_USAGE, 2, "wrong use")                           \
    S(TG_ERR_FORMAT, 2, "malformed file")                     \
    S(TG_ERR_IO, 2, "cannot read or write")                   \
    S(TG_ERR_EVENT, 2, "invalid event")                       \
    S(TG_ERR_HEIGHT, 2, "height breaks the chip's rule")      \
    S(TG_ERR_SIZE, 2, "size out of range")                    \
    S(TG_ERR_MEMORY, 3, "out of memory")                      \
    S(TG_ERR_UNAVAILABLE, 3, "not available on this machine") \
    S(TG_ERR_DEVICE, 3, "the device failed")                  \
    S(TG_ERR_KERNEL, 1, "the kernel under test failed")

typedef enum tg_status {
#define TG_STATUS_CONSTANT(name, exit_code, text) name,
    TG_STATUS_LIST(TG_STATUS_CONSTANT)
#undef TG_STATUS_CONSTANT
} tg_status;

/* Number of statuses: whatever is not below is none. */
#define TG_STATUS_ONE(name, exit_code, text) +1
enum { TG_NB_STATUSES = 0 TG_STATUS_LIST(TG_STATUS_ONE) };
#undef TG_STATUS_ONE

/* How a kernel under test failed, where more is known than its status says. */
typedef enum tg_failure {
    TG_FAILURE_OTHER,
    TG_FAILURE_CRASH,         /* a signal, a CUDA error, an end of its process */
    TG_FAILURE_HANG,          /* it has not ended in its time */
    TG_FAILURE_REFUSED,       /* its launch: it asks for more than there is */
    TG_FAILURE_OUT_OF_BOUNDS, /* an access beside what it may access, as a sanitizer saw */
    TG_FAILURE_UNDEFINED,     /* what the language leaves undefined, as a sanitizer saw */
    TG_FAILURE_LAYOUT,        /* it takes events of another layout: it was not launched */
    TG_FAILURE_ASSERT,        /* it says itself that it cannot go on: assert, __trap() */
    TG_FAILURE_BARRIER,       /* its threads do not come together at barriers, shuffles, votes */
    TG_FAILURE_UNSET,         /* it reads shared memory that its block has not written */
    TG_FAILURE_EXIT,          /* it ends its process: exit and its like */
    TG_FAILURE_NO_SHARED,     /* it uses dynamic shared memory, and its launch gives none */
    TG_NB_FAILURES
} tg_failure;

typedef struct tg_error {
    tg_status status;
    int cuda_code; /* the cudaError_t behind it, 0 if there is none */
    tg_failure failure;
    char what[256];  /* what is wrong; names the value and the limit */
    char where[256]; /* file, option, event, trace; "" if what says it all */
    char how[256];   /* how to mend it; "" only if there is no way */
    char site[96]; /* what tells failures of one kind apart, and is the same in every run: "read at
                      my.cu:17", no numbers of a run, no folders; printable; "": nothing does */
} tg_error;

#ifdef __cplusplus
extern "C" {
#endif

/* Short text of a status; its exit code as design says: 0 match, 1 mismatch, 2 bad input, 3
 * environment. */
const char *tg_status_text(tg_status status);
int tg_status_exit_code(tg_status status);

/* Start an error: status and what is wrong; where and how become "". Return status, so that a
 * caller can return it at once. error may be NULL: then only the status goes up. Texts that do
 * not fit are cut, never overrun. */
tg_status tg_error_set(tg_error *error, tg_status status, const char *format, ...) TG_PRINTF(3, 4);

/* Say where; a place that is already named stays in front, this one is added behind it: the
 * caller knows the file, the callee the offset. */
void tg_error_where(tg_error *error, const char *format, ...) TG_PRINTF(2, 3);

/* Say how to mend it; a later call replaces an earlier one: the caller knows the command line. */
void tg_error_how(tg_error *error, const char *format, ...) TG_PRINTF(2, 3);

/* Say how the kernel under test failed. */
void tg_error_failure(tg_error *error, tg_failure failure);

/* Say what tells it from other failures of its kind: `doing`, as "read" or "double-free", "" if
 * nothing is, and the base name of a file with a line; file NULL or "", line 0: not known. Of a
 * name of more than 48 bytes, or with others than ASCII's, the start stands there, and its hash. */
void tg_error_site(tg_error *error, const char *doing, const char *file, unsigned long line);

/* The error as one line: "WHAT (WHERE): HOW". Control characters, a newline too, become '?'. At
 * most size bytes with the end; returns line. */
const char *tg_error_line(char *line, size_t size, const tg_error *error);

#ifdef __cplusplus
}
#endif

/* Broken invariants stop verify builds and nothing else; bad input is a status, never a check. */
#ifdef TG_VERIFY
#define TG_VERIFY_CHECK(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define TG_VERIFY_CHECK(condition) ((void)0)
#endif

#endif
