/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers, for the files worker*.c, and for tests that look at the process. */
#ifndef TRACEGATE_HARNESS_WORKER_INTERNAL_H
#define TRACEGATE_HARNESS_WORKER_INTERNAL_H

#include "harness/worker.h"

#include <sys/types.h>

/* Memory that both sides have mapped. The file grows and never shrinks: traces of one run are much
 * alike, and fresh pages cost more than what is done with them. */
typedef struct worker_area {
    int file; /* -1: none */
    unsigned char *bytes;
    size_t nb_bytes; /* mapped */
} worker_area;

/* Where things lie in the area. */
typedef struct worker_places {
    size_t events;
    size_t event_bytes;
    size_t outputs[1 + TG_MAX_SIDES]; /* cells, then side outputs */
    size_t output_bytes[1 + TG_MAX_SIDES];
    size_t nb_outputs;
    size_t expected[1 + TG_MAX_SIDES]; /* as outputs, for a comparison, and so are all below */
    bool is_expected[1 + TG_MAX_SIDES];
    size_t columns; /* arrays of tg_diff, by their names there */
    size_t column_cells;
    size_t cells;
    size_t listed[TG_MAX_SIDES]; /* of tg_sides_diff */
    size_t nb_bytes;             /* of all */
} worker_places;

/* What a worker can be asked for: the functions of a backend. */
typedef enum worker_question { WORKER_RUN, WORKER_MATCHES, WORKER_COMPARE } worker_question;

/* What a worker is asked for. Its pointers are good in every process of the program. */
typedef struct worker_request {
    uint64_t number;
    worker_question question; /* to match, the outputs are the expected ones */
    uint32_t poison;          /* of a run */
    size_t max_cells;         /* of a comparison's tg_diff */
    size_t max_listed;        /* and tg_sides_diff */
    int nb_threads;           /* OpenMP threads, as the caller's */
    tg_job job;               /* its events and subject are to be set anew */
    tg_subject subject;
    tg_plan plan;
    tg_step steps[TG_MAX_STEPS];
    worker_places places;
} worker_request;

/* What it answers; to number 0 as soon as the backend inside is open. */
typedef struct worker_answer {
    uint64_t number;
    tg_status status;
    tg_error error; /* if status is not TG_OK */
    bool is_match;
    tg_conduct conduct;
    tg_diff diff; /* without its arrays, and so is the next */
    tg_sides_diff sides;
} worker_answer;

/* How waiting for an answer went. */
typedef enum worker_end {
    WORKER_ANSWERED,
    WORKER_ENDED,   /* by itself, or killed: wait_status says how */
    WORKER_HUNG,    /* it did not answer in time, and was killed */
    WORKER_GREW,    /* it took more memory than any run needs, and was killed */
    WORKER_BABBLED, /* it sent something that is no answer, and was killed */
    WORKER_UNHEARD, /* this process could not wait for it, and killed it: wait_errno says why */
} worker_end;

/* Bytes of a line of what workers print, and of a sanitizer's report, at the most. */
#define WORKER_LINE_BYTES 1024
#define WORKER_REPORT_BYTES 8192

/* What workers print, on its way through a pipe. */
typedef struct worker_said {
    int read_end;        /* -1: none */
    int write_end;       /* standard error of workers; -1: none */
    size_t nb_shown;     /* bytes, of all workers */
    size_t nb_run_shown; /* bytes since worker_said_begin */
    size_t line_bytes;   /* of a line that has no end yet */
    size_t report_bytes; /* of a sanitizer's report since worker_said_begin */
    char line[WORKER_LINE_BYTES];
    char report[WORKER_REPORT_BYTES];
    char last[160]; /* the last line since then that is none of a report's */
} worker_said;

typedef struct worker {
    tg_backend_ops ops;          /* what callers see */
    const tg_backend_ops *inner; /* what the worker runs */
    tg_isolation how;
    worker_area area;
    pid_t helper;         /* the process that workers are forked by; 0: none */
    int helper_socket;    /* to it; -1: none */
    bool has_no_helper;   /* the system refuses what it does: the program forks workers itself */
    pid_t pid;            /* 0: no worker; the next run gets a new one */
    int socket;           /* to it; -1: none */
    uint64_t nb_requests; /* of all workers */
    int wait_status;      /* of the last one that ended; -1: not known */
    bool is_trusted;      /* it runs the reference of chip libraries, and what it does there is no
                             finding */
    pid_t abandoned;      /* one that was killed and does not end: a driver holds it; 0: none */
    int wait_errno;
    worker_said said;
    size_t max_bytes; /* of memory of a worker's own; 0: no limit */
    bool had_to_end;  /* the last run was ended from outside: it took too long */
} worker;

/* Whether the last run was ended from outside, since it took too long. state: of a backend in a
 * worker */
bool worker_had_to_end(const void *state);

/* ---- shared memory ---- */

/* Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status worker_area_init(worker_area *area, tg_error *error);
void worker_area_clear(worker_area *area);

/* Have at least so many bytes mapped; what was there is kept.
 * grows   make the file larger, too: for one side only
 * Errors  TG_ERR_MEMORY; the area is then as it was */
TG_NODISCARD tg_status worker_area_take(worker_area *area, size_t nb_bytes, bool grows,
                                        tg_error *error);

/* Say where the memory of a job lies. Errors  TG_ERR_SIZE */
TG_NODISCARD tg_status worker_places_set(worker_places *places, const tg_job *job, tg_error *error);

/* Say where the memory of a comparison lies, behind what worker_places_set placed. Errors
 * TG_ERR_SIZE */
TG_NODISCARD tg_status worker_places_compare(worker_places *places, const tg_job *job,
                                             const tg_product *expected, size_t max_cells,
                                             size_t max_listed, tg_error *error);

/* Word arrays of a product: cells, then side outputs. */
static inline uint32_t *worker_words(const tg_product *product, size_t number)
{
    return number == 0 ? product->cells : product->sides[number - 1];
}

/* ---- what workers print ---- */

/* Errors  TG_ERR_MEMORY; it need not be cleared then */
TG_NODISCARD tg_status worker_said_init(worker_said *said, tg_error *error);
void worker_said_clear(worker_said *said);

/* Take what is there, without waiting for more: lines are shown on standard error, as many as there
 * is room for, but a sanitizer's report is kept, and what follows it. Returns whether more can
 * come. */
bool worker_hear(worker_said *said);

/* Before a run: forget what was said. Behind a worker's last word: take what is left. */
void worker_said_begin(worker_said *said);
void worker_said_end(worker_said *said);

/* Show a report that nobody will make a finding of. */
void worker_said_show_report(worker_said *said);

/* First words of what a worker prints when it faults under a sanitizer, before its stack; of a
 * fault in dynamic shared memory that its launch does not give, without one, too. */
#define WORKER_FAULT "tracegate: fault"
#define WORKER_FAULT_STACK WORKER_FAULT " of the stack"
#define WORKER_FAULT_SHARED WORKER_FAULT " of dynamic shared memory"
#define WORKER_FAULT_READ WORKER_FAULT " of a read"
#define WORKER_FAULT_WRITE WORKER_FAULT " of a write"

/* Have faults of this process told in these words, and their stack printed, where a sanitizer is
 * loaded that can. */
void worker_catch_faults(void);

/* Make a sanitizer's report the finding: how the kernel failed, where in the user's source, and
 * what called that. False: this is no report; error is as it was.
 * subject  "the kernel of Select.main" */
bool worker_report_read(tg_error *error, const char *report, const char *subject);

/* ---- questions ---- */

/* Write down what is wanted, and where the memory for it lies. Errors  TG_ERR_SIZE */
TG_NODISCARD tg_status worker_prepare(worker_request *request, worker *of, worker_question question,
                                      const tg_job *job, tg_error *error);

/* Have the memory that the places need, and bring the events there. Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status worker_take_memory(worker_request *request, worker *of, const tg_job *job,
                                          tg_error *error);

/* Ask a prepared question and take the answer, whose status it returns. */
TG_NODISCARD tg_status worker_ask(worker_answer *answer, worker *of, const worker_request *request,
                                  const tg_job *job, tg_error *error);

/* Bring what was made. */
void worker_fetch(const tg_product *out, const worker *of, const worker_places *places);

/* Let a worker that sent something that is no answer end, and say so: TG_ERR_KERNEL */
tg_status worker_babbled(worker *of, const worker_request *request, const tg_job *job,
                         tg_error *error);

/* `compare` of tg_backend_ops. */
TG_NODISCARD tg_status worker_compare(void *state, tg_diff *diff, tg_sides_diff *sides,
                                      tg_conduct *conduct, const tg_product *out, const tg_job *job,
                                      const tg_product *expected, tg_error *error);

/* ---- the helper ---- */

/* Have a worker made by the helper, whose memory is the program's as it was when the backend was
 * opened, and which has a single thread: nothing in it is locked by a thread that it lacks. The
 * worker is this process's child all the same. A helper that has ended is replaced by one with the
 * memory that the program has then, and with what its threads have locked then; where the system
 * lets nobody fork for its parent, that is how every worker begins.
 * Returns NULL and sets pid and socket; else which call failed, and errno says why */
const char *worker_helper_fork(worker *of);

/* Let the helper end, if there is one. Workers that it made stay. */
void worker_helper_stop(worker *of);

/* Become, in a process that was just forked, one that has nothing of the program but code, data,
 * standard files, a socket and the shared memory. Takes no memory and no lock. */
void worker_strip(const worker *of, int socket);

/* ---- the process ---- */

/* Start a worker and wait until its backend is open.
 * Errors  those of inner->open; TG_ERR_MEMORY, TG_ERR_DEVICE. There is no worker then */
TG_NODISCARD tg_status worker_start(worker *of, tg_error *error);

/* Send a request. False: the worker has ended, and has been buried. */
bool worker_send(worker *of, const worker_request *request);

/* Wait for the answer to a request, for max_s seconds at the most; 0: for ever. Unless it came, the
 * worker has ended then, and has been buried. What it takes of memory is looked at meanwhile. */
worker_end worker_await(worker_answer *answer, worker *of, uint64_t number, double max_s);

/* Let the worker close its backend and end; one that does not in a few seconds is killed. */
void worker_stop(worker *of);

/* Kill the worker, unless it has ended already, and what its kernels forked, and take its exit
 * status. */
void worker_bury(worker *of);

/* Wait until there is something to read, or the other end is closed, as tg_process_wait_readable
 * does.
 * said  is heard meanwhile */
int worker_wait_readable(int socket, worker_said *said, double max_s);

/* The worker's part: serve requests until the other side is gone. Never returns. */
_Noreturn void worker_live(const worker *of, int socket, pid_t parent);

/* ---- failures ---- */

/* Memory of its own that a worker on the CPU may take: its backend and libraries, and copies of
 * what it shares with who asks it, which are fewer than so many. */
#define WORKER_MAX_BYTES ((size_t)4 << 30)
#define WORKER_MAX_COPIES 8

/* The failure of a run that ended its worker: TG_ERR_KERNEL; TG_ERR_DEVICE if it was the fault of
 * this process. limit_s: that it was waited for */
tg_status worker_failed(const worker *of, worker_end end, const tg_job *job, double limit_s,
                        tg_error *error);

/* The failure to send a request, for which no worker lived long enough: TG_ERR_DEVICE. No kernel
 * ran. */
tg_status worker_not_sent(const worker *of, const tg_job *job, tg_error *error);

/* Say of a run's failure how it was launched. */
void worker_say_where(const worker *of, const tg_job *job, const worker_request *request,
                      tg_error *error);

/* The failure to open a backend in a worker: TG_ERR_DEVICE. limit_s: that it was waited for */
tg_status worker_not_opened(const worker *of, worker_end end, double limit_s, tg_error *error);

#endif
