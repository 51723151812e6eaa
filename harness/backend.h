/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backends behind one interface, and the wrapper around every one of them: two runs with two
 * poisons, guard zones before and after trace and events, events unchanged.
 */
#ifndef TRACEGATE_HARNESS_BACKEND_H
#define TRACEGATE_HARNESS_BACKEND_H

#include "files/record.h"
#include "harness/diff.h"
#include "harness/side.h"
#include "harness/subject.h"

/* Words that are not below p and differ in every byte: whatever value a cell should hold, an
 * unwritten one shows. */
#define TG_POISON_FIRST 0xa5a5a5a5u
#define TG_POISON_SECOND 0xc3c3c3c3u

/* What guard zones are filled with: neither a poison nor below p. */
#define TG_GUARD_WORD 0x96969696u

/* Words of each guard zone: more than the widest struct and a warp's worth of words, so that a
 * stray store by an index that is off by one row, event or warp lands inside. */
#define TG_GUARD_WORDS 1024u

/* What a backend is to make. */
typedef struct tg_job {
    const tg_subject *subject;
    const void *events; /* nb_events valid structs; NULL without events */
    size_t nb_events;
    size_t height;
    uint32_t max_candidates; /* as tg_request's */
    tg_launch launch;        /* zeros: the plan's */
    const tg_record *record; /* where `recorded` finds the golden trace; NULL elsewhere */
} tg_job;

/* Zones around a generator's memory. Every side output has its own. */
typedef enum tg_zone {
    TG_ZONE_BEFORE_TRACE,
    TG_ZONE_AFTER_TRACE,
    TG_ZONE_BEFORE_EVENTS,
    TG_ZONE_AFTER_EVENTS,
    TG_ZONE_BEFORE_SIDES,                                      /* + number of the side output */
    TG_ZONE_AFTER_SIDES = TG_ZONE_BEFORE_SIDES + TG_MAX_SIDES, /* + number of the side output */
    TG_NB_ZONES = TG_ZONE_AFTER_SIDES + TG_MAX_SIDES
} tg_zone;

/* Words of one array that two runs over two poisons left wrong. */
typedef struct tg_doubt {
    size_t nb_unwritten;    /* words that held the poison after both runs */
    size_t first_unwritten; /* index of the first; of cells in column-major order */
    size_t nb_unstable;     /* words that differ between the runs otherwise: not deterministic */
    size_t first_unstable;
} tg_doubt;

/* What a generator did beside its cells. All zero: nothing wrong. */
typedef struct tg_conduct {
    size_t nb_zone_words[TG_NB_ZONES];   /* guard words overwritten */
    size_t first_zone_word[TG_NB_ZONES]; /* the one nearest to trace or events, as a distance in
                                            words from it; 0: adjacent */
    bool events_changed;
    size_t first_changed_byte; /* of the events, if changed */
    tg_doubt cells;
    tg_doubt sides[TG_MAX_SIDES];
    size_t nb_repeats;   /* how often all was made, where that is more than once */
    size_t nb_differing; /* of them, those that made something else than the first; their words are
                            among the unstable ones */
} tg_conduct;

/* One kind of generator. */
typedef struct tg_backend_ops {
    const char *name;
    const char *text;   /* what it is, for --help */
    bool takes_launch;  /* grid and block mean something to it */
    bool generates;     /* false: reads a golden trace; poisons and guards mean nothing to it */
    bool wants_process; /* a kernel's fault takes more with it than this process can mend: by
                           default it runs in one of its own (harness/worker.h) */
    bool runs_added;    /* it runs code of chips that were added at run time (tg_chips_add): while
                           there are any, the same holds for it */
    size_t
        nb_cells_once; /* a trace of so many cells or more is made once, not twice: for generators
                          whose code does the same at every size, so that smaller traces show
                          what the second run would, and whose cells are below p, so that the
                          poison of one run shows what was not written; 0: always twice */
    /* Get ready. *state is the backend's own, to be closed. Errors  TG_ERR_UNAVAILABLE says what
     * is missing and what installs it. */
    tg_status (*open)(void **state, tg_error *error);
    void (*close)(void *state);
    /* One run in memory that is filled with poison, with guard zones of TG_GUARD_WORDS words
     * around trace, events and each side output.
     * out      caller's: what the run left, poison where it wrote nothing
     * conduct  zones and events only; all zero on entry
     * Errors   as the generator's; TG_ERR_KERNEL and TG_ERR_DEVICE name the CUDA error */
    tg_status (*run)(void *state, const tg_product *out, tg_conduct *conduct, const tg_job *job,
                     uint32_t poison, tg_error *error);
    /* Two runs over the two poisons and a comparison where the results are, for campaigns: they
     * need not travel if all is well. NULL: there is no such way, and whoever asks makes and
     * compares by himself.
     * is_match  false: a cell, a side output or the conduct is not as it should be; what, another
     *           run tells
     * expected  cells and side outputs, every word; of the cells those not below p are not seen
     * Errors    as run's */
    tg_status (*matches)(void *state, bool *is_match, const tg_job *job, const tg_product *expected,
                         tg_error *error);
    /* Make as tg_backend_make does and compare where the results are, for gates: they travel only
     * if something is wrong. NULL: there is no such way, and whoever asks makes and compares by
     * himself.
     * diff, sides  caller's, made for the trace's width and the trace: what tg_diff_run and
     *              tg_sides_diff_run say of the same, to the byte
     * conduct      as tg_backend_make's; overwritten
     * out          caller's, as tg_product_create makes it: the second run's if a cell, a side
     *              output or the conduct is wrong; else undefined
     * expected     cells, of the job's height, and side outputs; one that is NULL is not compared
     * Errors       as run's; TG_ERR_MEMORY where there is no room to compare: to make and to bring
     *              the results here may yet be possible. diff, sides and conduct are undefined */
    tg_status (*compare)(void *state, tg_diff *diff, tg_sides_diff *sides, tg_conduct *conduct,
                         const tg_product *out, const tg_job *job, const tg_product *expected,
                         tg_error *error);
} tg_backend_ops;

/* A backend that is open. */
typedef struct tg_backend {
    const tg_backend_ops
        *ops; /* one in a worker has ops of its own: tell backends by their names */
    void *state;
    bool is_isolated; /* its runs are done by a worker (harness/worker.h) */
} tg_backend;

/* All kinds of backends, `reference` first. */
size_t tg_nb_backends(void);
const tg_backend_ops *tg_backend_ops_at(size_t index);

/* Errors  TG_ERR_USAGE for an unknown name; lists the known ones. */
TG_NODISCARD tg_status tg_backend_find(const tg_backend_ops **ops, const char *name,
                                       tg_error *error);

/* Open and close; close takes a backend that is all zero. Errors  those of ops->open. */
TG_NODISCARD tg_status tg_backend_open(tg_backend *backend, const tg_backend_ops *ops,
                                       tg_error *error);
void tg_backend_close(tg_backend *backend);

/* Make a trace and its side outputs twice with two poisons, or once where ops->nb_cells_once says
 * so, and say how the generator conducted itself.
 * out      caller's, as tg_product_create makes it: those of the second run
 * conduct  caller's; overwritten
 * Errors   those of the run, TG_ERR_MEMORY; cells are then undefined
 */
TG_NODISCARD tg_status tg_backend_make(const tg_product *out, tg_conduct *conduct,
                                       const tg_backend *backend, const tg_job *job,
                                       tg_error *error);

/* Whether another run is possible behind one that failed, and worth its time: the device is not
 * lost, or another worker has a fresh one, and the run did not have to be ended from outside.
 * why  of the backend's last run; NULL: it did not fail */
bool tg_backend_can_rerun(const tg_backend *backend, const tg_error *why);

/* True if the conduct holds anything that is wrong. */
bool tg_conduct_is_wrong(const tg_conduct *conduct);

/* The job as a generator takes it. */
tg_request tg_job_request(const tg_job *job);

/* One run of a CPU generator with poison and guard zones, for ops->run of backends on the CPU:
 * makes the memory, calls generate with memory and job there, checks zones and events, copies cells
 * and side outputs out. */
typedef tg_status tg_cpu_generate(void *state, const tg_product *out, const tg_job *job,
                                  tg_error *error);
TG_NODISCARD tg_status tg_guarded_run(const tg_product *out, tg_conduct *conduct,
                                      tg_cpu_generate *generate, void *state, const tg_job *job,
                                      uint32_t poison, tg_error *error);

#endif
