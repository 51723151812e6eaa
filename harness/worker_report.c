/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a sanitizer said of a kernel, as a finding: what it did and where, by the first lines of the
 * stack that are the user's own. Addresses are left out, since they change from run to run. */
#include "harness/worker_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NB(table) (sizeof(table) / sizeof(table)[0])

/* Places that are named: where it happened, and what called that. */
#define MAX_FRAMES 2
#define PLACE_BYTES 200
#define FUNCTION_BYTES 64

/* A line of the stack. */
typedef struct frame {
    char place[PLACE_BYTES]; /* "my.cu:17"; "": none */
    char function[FUNCTION_BYTES];
} frame;

/* The text of a line, without its end. */
static void copy(char *to, size_t size, const char *from, size_t nb_bytes)
{
    size_t nb = 0;
    for (; nb < nb_bytes && nb + 1 < size; nb++) {
        to[nb] = from[nb] >= ' ' && from[nb] <= '~' ? from[nb] : '?';
    }
    to[nb] = '\0';
}

/* A file below the working folder as the user calls it. */
static const char *short_name(const char *path)
{
    char folder[PLACE_BYTES];
    if (getcwd(folder, sizeof folder) == NULL) return path;
    const size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/') return path;
    return path + length + 1;
}

/* Code that is not the user's: the stand-in headers, what the rewriter adds, the sanitizers, and
 * the program's own around kernels, whose lines are known where it was built to be debugged. */
static bool is_foreign(const char *place)
{
    static const char *const marks[] = {"/tracegate_port",
                                        "/cooperative_groups.h:",
                                        "<kernel ",
                                        "libsanitizer",
                                        "sanitizer_common",
                                        "/compiler-rt/",
                                        "/kernels/host_user.c:",
                                        "/kernels/host_grid.c:",
                                        "/kernels/fiber.c:",
                                        "/harness/worker_fault.c:"};
    for (size_t i = 0; i < NB(marks); i++) {
        if (strstr(place, marks[i]) != NULL) return true;
    }
    return false;
}

/* Read "    #1 0x7fe0 in NAME(ARGUMENTS) /a/my.cu:17"; false for a line without a file and number,
 * and for one that is not the user's. */
static bool read_frame(frame *to, const char *line, size_t nb_bytes)
{
    char text[WORKER_LINE_BYTES];
    copy(text, sizeof text, line, nb_bytes);
    const char *from = strstr(text, " in ");
    if (text[strspn(text, " ")] != '#' || from == NULL) return false;
    from += strlen(" in ");
    const char *place = NULL;
    for (const char *at = strstr(from, " /"); at != NULL; at = strstr(at + 1, " /")) place = at;
    if (place == NULL) return false;
    const char *colon = strrchr(place, ':');
    if (colon == NULL || !isdigit((unsigned char)colon[1]) || is_foreign(place)) return false;
    copy(to->function, sizeof to->function, from, (size_t)(place - from));
    const char *name = short_name(place + 1);
    copy(to->place, sizeof to->place, name, strlen(name));
    return true;
}

/* The first frames of the user's code in the first stack. */
static void read_frames(frame frames[MAX_FRAMES], const char *report)
{
    size_t nb = 0;
    bool has_begun = false;
    memset(frames, 0, MAX_FRAMES * sizeof *frames);
    while (*report != '\0' && nb < MAX_FRAMES) {
        const size_t length = strcspn(report, "\n");
        const bool is_frame = report[strspn(report, " ")] == '#';
        if (has_begun && !is_frame) return;
        has_begun = has_begun || is_frame;
        if (is_frame && read_frame(&frames[nb], report, length)) nb++;
        report += length + (report[length] == '\n');
    }
}

/* ---- what each of them says ---- */

/* Say where it was for keys: a place is "FILE:LINE" or "FILE:LINE:COLUMN". */
static void say_site(tg_error *error, const char *doing, const char *place)
{
    char file[PLACE_BYTES];
    unsigned long line = 0;
    copy(file, sizeof file, place, strlen(place));
    for (unsigned i = 0; i < 2; i++) {
        char *colon = strrchr(file, ':');
        if (colon == NULL || !isdigit((unsigned char)colon[1])) break;
        line = strtoul(colon + 1, NULL, 10);
        *colon = '\0';
    }
    tg_error_site(error, doing, file, line);
}

/* "4 bytes are read" of the line "READ of size 4 at 0x60b0 thread T1"; "" if there is none. */
static void read_access(char *access, size_t size, const char *report)
{
    access[0] = '\0';
    for (unsigned i = 0; i < 2; i++) {
        const char *line = strstr(report, i == 0 ? "\nREAD of size " : "\nWRITE of size ");
        if (line == NULL) continue;
        const unsigned long nb = strtoul(strstr(line, "size ") + strlen("size "), NULL, 10);
        (void)snprintf(access, size, "%s %lu byte%s out of bounds", i == 0 ? "reads" : "writes", nb,
                       nb == 1 ? "" : "s");
        return;
    }
}

/* Whether an error of AddressSanitizer is an address beside what may be accessed. */
static bool is_out_of_bounds(const char *kind)
{
    static const char *const ends[] = {"-buffer-overflow", "-buffer-underflow",
                                       "container-overflow", "use-after-poison",
                                       // Of memory that was never the kernel's.
                                       "heap-use-after-free", "SEGV"};
    for (size_t i = 0; i < NB(ends); i++) {
        if (strstr(kind, ends[i]) != NULL) return true;
    }
    return false;
}

static void say_address(tg_error *error, const char *report, const char *kind_at,
                        const char *subject, const char *at, const char *place)
{
    char kind[48];
    char access[64];
    size_t length = strcspn(kind_at, ":\n");
    const char *on = strstr(kind_at, " on ");
    if (on != NULL && (size_t)(on - kind_at) < length) length = (size_t)(on - kind_at);
    copy(kind, sizeof kind, kind_at, length);
    read_access(access, sizeof access, report);
    if (is_out_of_bounds(kind) && access[0] != '\0') {
        tg_error_set(error, TG_ERR_KERNEL, "%s %s%s (AddressSanitizer: %s)", subject, access, at,
                     kind);
    } else {
        tg_error_set(error, TG_ERR_KERNEL, "%s: AddressSanitizer: %s%s", subject, kind, at);
    }
    tg_error_failure(error, is_out_of_bounds(kind) ? TG_FAILURE_OUT_OF_BOUNDS : TG_FAILURE_CRASH);
    // How an access is called that is out of bounds depends on what lies there.
    say_site(error,
             !is_out_of_bounds(kind)            ? kind
             : strncmp(access, "reads", 5) == 0 ? "read"
                                                : "write",
             place);
}

/* What there is of a sanitizer's message without the numbers, names and addresses of a run: "shift
 * exponent" of "shift exponent 40 is too large". */
static void copy_kind(char *kind, size_t size, const char *what)
{
    const char *type = strstr(what, " type ");
    size_t nb = strcspn(what, "0123456789'\"-:");
    // "for type", "of type"
    while (type != NULL && type > what && type[-1] != ' ') type--;
    if (type != NULL && (size_t)(type - what) < nb) nb = (size_t)(type - what);
    while (nb > 0 && what[nb - 1] == ' ') nb--;
    copy(kind, size, what, nb);
}

/* "my.cu:17:5: runtime error: WHAT" */
static void say_undefined(tg_error *error, const char *report, const char *message,
                          const char *subject)
{
    char place[PLACE_BYTES];
    char what[128];
    char kind[64];
    const char *line = message;
    while (line != report && line[-1] != '\n') line--;
    copy(place, sizeof place, line, (size_t)(message - line));
    message += strlen(": runtime error: ");
    copy(what, sizeof what, message, strcspn(message, "\n"));
    // An address says nothing in the next run.
    char *address = strstr(what, " 0x");
    if (address != NULL) {
        const size_t length = strcspn(address + 1, " ,") + 1;
        memmove(address, address + length, strlen(address + length) + 1);
    }
    tg_error_set(error, TG_ERR_KERNEL, "%s: %s, at %s (UndefinedBehaviorSanitizer)", subject, what,
                 short_name(place));
    copy_kind(kind, sizeof kind, what);
    say_site(error, kind, place);
    tg_error_failure(error, strstr(what, "out of bounds") != NULL ? TG_FAILURE_OUT_OF_BOUNDS
                                                                  : TG_FAILURE_UNDEFINED);
}

/* What the worker's own handler says. */
static void say_fault(tg_error *error, const char *fault, const char *subject, const char *at,
                      const char *place)
{
    static const struct {
        const char *words; /* of the handler; the last are the beginning of all */
        const char *what;
        const char *doing;
        tg_failure failure;
    } faults[] = {
        {WORKER_FAULT_STACK, "ran out of stack, as recursion without an end does,", "stack",
         TG_FAILURE_CRASH},
        {WORKER_FAULT_SHARED, "uses dynamic shared memory, and its launch gives it 0 bytes", "",
         TG_FAILURE_NO_SHARED},
        {WORKER_FAULT_READ, "reads memory that is nobody's", "read", TG_FAILURE_OUT_OF_BOUNDS},
        {WORKER_FAULT_WRITE, "writes memory that is nobody's", "write", TG_FAILURE_OUT_OF_BOUNDS},
        {WORKER_FAULT, "accesses memory that is nobody's", "access", TG_FAILURE_OUT_OF_BOUNDS},
    };
    size_t i = 0;
    while (i + 1 < NB(faults) && strncmp(fault, faults[i].words, strlen(faults[i].words)) != 0) i++;
    tg_error_set(error, TG_ERR_KERNEL, "%s %s%s", subject, faults[i].what, at);
    tg_error_failure(error, faults[i].failure);
    say_site(error, faults[i].doing, place);
}

static void say_how(tg_error *error, const frame *called_at)
{
    if (called_at->place[0] != '\0')
        tg_error_where(error, "called at %s in %s", called_at->place, called_at->function);
    if (error != NULL && error->failure == TG_FAILURE_NO_SHARED) {
        tg_error_how(error, "give it `shared_bytes`, in a manifest with --kernels "
                            "(docs/manifest.md): --kernel launches with none");
    } else {
        tg_error_how(error, "mend that line; --no-isolate shows all that the sanitizer says");
    }
}

bool worker_report_read(tg_error *error, const char *report, const char *subject)
{
    static const char asan[] = "ERROR: AddressSanitizer: ";
    static const char check[] = "AddressSanitizer: CHECK failed";
    frame frames[MAX_FRAMES];
    char at[PLACE_BYTES + FUNCTION_BYTES + 16] = "";
    const char *address = strstr(report, asan);
    const char *undefined = strstr(report, ": runtime error: ");
    const char *fault = strstr(report, WORKER_FAULT);
    // Without the C++ library in the program the sanitizer cannot hand on what is thrown.
    const char *thrown = strstr(report, check) != NULL ? strstr(report, "__cxa_throw") : NULL;
    if (address == NULL && undefined == NULL && fault == NULL && thrown == NULL) return false;
    read_frames(frames, report);
    if (frames[0].place[0] != '\0')
        (void)snprintf(at, sizeof at, " at %s in %s", frames[0].place, frames[0].function);
    if (undefined != NULL) {
        say_undefined(error, report, undefined, subject);
    } else if (thrown != NULL) {
        tg_error_set(error, TG_ERR_KERNEL, "%s throws an exception%s", subject, at);
        tg_error_failure(error, TG_FAILURE_CRASH);
        say_site(error, "throw", frames[0].place);
    } else if (address != NULL) {
        say_address(error, report, address + strlen(asan), subject, at, frames[0].place);
    } else {
        say_fault(error, fault, subject, at, frames[0].place);
    }
    say_how(error, &frames[1]);
    return true;
}
