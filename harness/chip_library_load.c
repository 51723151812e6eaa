/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Loading of a chip library: the shared object, the structs that it exports, their versions. */
#include "harness/chip_library_internal.h"
#include "model/memory.h"
#include "model/names.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENTRY "tracegate_chip_library_v1"

/* Seconds that a library may take to be loaded. */
#define TRY_SECONDS 20u

/* How the process ends in which a library was loaded: one that calls exit does not end so. */
#define TRY_LIVED 113

/* A piece of memory of a library, before what is used of it; a cache line, so that alignment
 * stays. */
typedef union piece {
    void *next;
    unsigned char line[64];
} piece;

tg_status library_take(void **memory, chip_library *library, size_t nb, size_t size,
                       tg_error *error)
{
    size_t bytes = 0;
    void *taken = NULL;
    *memory = NULL;
    tg_status status = tg_size_multiply(&bytes, nb, size, error);
    if (status == TG_OK) status = tg_buffer_create(&taken, bytes + sizeof(piece), 1, error);
    if (status != TG_OK) return status;
    memset(taken, 0, bytes + sizeof(piece));
    ((piece *)taken)->next = library->memory;
    library->memory = taken;
    *memory = (piece *)taken + 1;
    return TG_OK;
}

tg_status library_refuse(tg_error *error, const chip_library *library, const char *trace,
                         const char *how, const char *format, ...)
{
    char what[sizeof error->what];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    if (trace != NULL) {
        tg_error_where(error, "%s of chip library %s", trace, library->path);
    } else {
        tg_error_where(error, "chip library %s", library->path);
    }
    tg_error_how(error, "%s", how);
    return TG_ERR_FORMAT;
}

/* ---- structs of other sizes ---- */

#define BUILD_AGAIN "build the library with the chip.h of this tracegate"

/* Copy a struct that a library has with given_bytes bytes: members that it does not know are zero,
 * those that are not known here must be. */
static tg_status take_struct(void *to, size_t bytes, const void *given, size_t given_bytes,
                             const chip_library *library, tg_error *error)
{
    const unsigned char *more = given;
    memset(to, 0, bytes);
    memcpy(to, given, given_bytes < bytes ? given_bytes : bytes);
    for (size_t i = bytes; i < given_bytes; i++) {
        if (more[i] != 0)
            return library_refuse(error, library, NULL, BUILD_AGAIN,
                                  "it uses more of tracegate/chip.h than this tracegate knows");
    }
    return TG_OK;
}

/* Whether a size can be that of a struct whose first version had at least so many bytes. */
static bool is_size(uint32_t given, size_t least) { return given >= least && given <= 4096; }

static tg_status check_version(const chip_library *library, const tracegate_chip_library *given,
                               tg_error *error)
{
    if (given->api_version != TRACEGATE_CHIP_API_VERSION)
        return library_refuse(error, library, NULL, BUILD_AGAIN,
                              "it is made for version %lu of tracegate/chip.h, and this is %lu",
                              (unsigned long)given->api_version,
                              (unsigned long)TRACEGATE_CHIP_API_VERSION);
    // The first version's sizes.
    if (is_size(given->library_bytes, offsetof(tracegate_chip_library, manifest)) &&
        is_size(given->chip_bytes, sizeof(tracegate_chip)) &&
        is_size(given->trace_bytes, sizeof(tracegate_trace)) &&
        is_size(given->field_bytes, sizeof(tracegate_field)) &&
        is_size(given->column_bytes, sizeof(tracegate_column)))
        return TG_OK;
    return library_refuse(error, library, NULL,
                          "begin tracegate_chip_library with TRACEGATE_CHIP_LIBRARY",
                          "the sizes of its structs are not set");
}

/* ---- chips ---- */

static tg_status make_trace(library_chip *chip, chip_library *library, size_t index,
                            tg_error *error)
{
    const unsigned char *traces = (const unsigned char *)chip->given.traces;
    library_trace *made = &chip->traces[index];
    tg_status status =
        take_struct(&made->given, sizeof made->given, traces + index * library->given.trace_bytes,
                    library->given.trace_bytes, library, error);
    if (status != TG_OK) return status;
    const uint32_t kind = made->given.kind;
    const tg_kind own = kind == TRACEGATE_MAIN ? TG_KIND_main : TG_KIND_preprocessed;
    if (kind != TRACEGATE_MAIN && kind != TRACEGATE_PREPROCESSED)
        return library_refuse(
            error, library, chip->chip.name, "use TRACEGATE_MAIN or TRACEGATE_PREPROCESSED",
            "its trace %zu is of the unknown kind %lu", index, (unsigned long)kind);
    if (chip->chip.traces[own] != NULL)
        return library_refuse(error, library, chip->chip.name, "give each trace another kind",
                              "it has two %s traces", tg_kind_name(own));
    (void)snprintf(made->name, sizeof made->name, "%s.%s", chip->chip.name, tg_kind_name(own));
    made->library = library;
    made->trace.kind = own;
    status = library_describe(made, library, &chip->chip, error);
    chip->chip.traces[own] = &made->trace;
    return status;
}

static tg_status make_chip(library_chip *chip, chip_library *library, size_t index, tg_error *error)
{
    const unsigned char *chips = (const unsigned char *)library->given.chips;
    tg_status status =
        take_struct(&chip->given, sizeof chip->given, chips + index * library->given.chip_bytes,
                    library->given.chip_bytes, library, error);
    if (status != TG_OK) return status;
    if (chip->given.name == NULL || !tg_is_chip_name(chip->given.name))
        return library_refuse(error, library, NULL,
                              "begin it with a letter, and use letters and digits, 63 at the most",
                              "the name of its chip %zu is none: '%.64s'", index,
                              chip->given.name != NULL ? chip->given.name : "");
    chip->chip.name = chip->given.name;
    chip->nb_traces = chip->given.nb_traces;
    if (chip->nb_traces == 0 || chip->nb_traces > TG_NB_KINDS || chip->given.traces == NULL)
        return library_refuse(error, library, chip->chip.name, "describe one or two traces",
                              "it has %zu traces", chip->nb_traces);
    for (size_t i = 0; i < chip->nb_traces && status == TG_OK; i++)
        status = make_trace(chip, library, i, error);
    return status;
}

static tg_status make_chips(chip_library *library, tg_error *error)
{
    void *chips = NULL;
    const size_t nb = library->given.nb_chips;
    if (nb == 0 || nb > LIBRARY_MAX_CHIPS || library->given.chips == NULL)
        return library_refuse(error, library, NULL, "describe at least one", "it has %zu chips",
                              nb);
    tg_status status = library_take(&chips, library, nb, sizeof *library->chips, error);
    library->chips = chips;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        status = make_chip(&library->chips[i], library, i, error);
        library->nb_chips++;
    }
    return status;
}

/* ---- the shared object ---- */

static tg_status open_object(chip_library *library, tg_error *error)
{
    char path[TG_PATH_BYTES];
    // Without a slash the loader would look in the system's folders.
    tg_status status = tg_path_format(
        path, error, "%s%s", strchr(library->path, '/') == NULL ? "./" : "", library->path);
    if (status != TG_OK) return status;
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle != NULL) return TG_OK;
    const char *why = dlerror();
    status = tg_error_set(error, TG_ERR_IO, "the chip library cannot be loaded: %s",
                          why != NULL ? why : "the loader does not say why");
    tg_error_how(error, "name a shared library that this machine can load (cc -shared -fPIC)");
    return status;
}

typedef const tracegate_chip_library *library_entry(void);

static tg_status call_entry(chip_library *library, tg_error *error)
{
    // The way that POSIX has from an object's address to a function's.
    library_entry *entry = NULL;
    void *address = dlsym(library->handle, ENTRY);
    static_assert(sizeof entry == sizeof address, "POSIX: dlsym gives functions, too");
    memcpy(&entry, &address, sizeof entry);
    if (entry == NULL)
        return library_refuse(error, library, NULL,
                              "export it, as tracegate/chip.h says; in C++ as extern \"C\"",
                              "it has no function " ENTRY);
    const tracegate_chip_library *given = entry();
    if (given == NULL)
        return library_refuse(error, library, NULL, "return the description of the library",
                              ENTRY " returns NULL");
    const tg_status status = check_version(library, given, error);
    if (status != TG_OK) return status;
    return take_struct(&library->given, sizeof library->given, given, given->library_bytes, library,
                       error);
}

/* The manifest's path: from the folder of the library. */
static tg_status place_manifest(chip_library *library, tg_error *error)
{
    const char *name = library->given.manifest;
    const char *slash = strrchr(library->path, '/');
    if (name == NULL || name[0] == '\0') return TG_OK;
    const int length = slash != NULL && name[0] != '/' ? (int)(slash - library->path) + 1 : 0;
    return tg_path_format(library->manifest, error, "%.*s%s", length, library->path, name);
}

tg_status library_load(chip_library *library, const char *path, tg_error *error)
{
    *library = (chip_library){.handle = NULL};
    tg_status status = tg_path_format(library->path, error, "%s", path);
    if (status == TG_OK) status = open_object(library, error);
    if (status == TG_OK) status = call_entry(library, error);
    if (status == TG_OK) status = place_manifest(library, error);
    if (status == TG_OK) status = make_chips(library, error);
    return status;
}

void library_clear(chip_library *library)
{
    while (library->memory != NULL) {
        piece *first = library->memory;
        library->memory = first->next;
        tg_buffer_destroy(first);
    }
    // What was loaded stays: its destructors are code that could end the program behind its
    // verdict, and what they had taken is gone with the process.
    *library = (chip_library){.handle = NULL};
}

/* ---- the trial ---- */

/* In a process of its own: load, and end with TRY_LIVED whether that fails or not. */
_Noreturn static void try_here(const char *path)
{
    static const int signals[] = {SIGALRM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    chip_library library;
    // What the program or a sanitizer does at these is none of the library's.
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)signal(signals[i], SIG_DFL);
    (void)alarm(TRY_SECONDS);
    const tg_status status = library_load(&library, path, NULL);
    // What fails fails again in the process that says so.
    (void)status;
    _exit(TRY_LIVED);
}

tg_status library_try(const char *path, tg_error *error)
{
    int ended = 0;
    pid_t waited = 0;
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) try_here(path);
    if (pid < 0) {
        tg_error_set(error, TG_ERR_MEMORY, "no process to load a chip library in: %s",
                     strerror(errno));
        tg_error_how(error, "end other processes");
        return TG_ERR_MEMORY;
    }
    do {
        waited = waitpid(pid, &ended, 0);
    } while (waited < 0 && errno == EINTR);
    if (waited != pid) {
        tg_error_set(error, TG_ERR_UNAVAILABLE,
                     "how loading the chip library ended is not told: %s", strerror(errno));
        tg_error_where(error, "%s", path);
        tg_error_how(error,
                     "let this program not ignore SIGCHLD: its children's ends are then lost");
        return TG_ERR_UNAVAILABLE;
    }
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == TRY_LIVED) return TG_OK;
    const bool is_late = WIFSIGNALED(ended) && WTERMSIG(ended) == SIGALRM;
    if (is_late) {
        tg_error_set(error, TG_ERR_FORMAT, "the chip library is not loaded within %u s",
                     TRY_SECONDS);
    } else if (WIFSIGNALED(ended)) {
        tg_error_set(error, TG_ERR_FORMAT,
                     "the chip library crashes the process that loads it: signal %d, %s",
                     WTERMSIG(ended), strsignal(WTERMSIG(ended)));
    } else {
        tg_error_set(error, TG_ERR_FORMAT, "the chip library ends the process that loads it");
    }
    tg_error_where(error, "%s", path);
    tg_error_how(error, "mend its constructors, " ENTRY " and the tables that it returns");
    return TG_ERR_FORMAT;
}
