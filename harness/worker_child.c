/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The worker itself: a process that has nothing of the program but its code and its data, and
 * serves requests until that is gone. */
#define _GNU_SOURCE /* close_range */
#include "harness/worker_internal.h"

#include "harness/process.h"
#include "kernels/host_user.h"

#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Files that are closed one by one where the system cannot close a range of them. */
#define MAX_FILES 4096

/* ---- leaving the program ---- */

/* Handlers of the program do nothing here, and what was sent to its group in the meantime is not
 * for a worker: to ignore a signal drops those that wait. */
static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_IGN);
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

static void close_range_of(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0) return;
    for (unsigned file = first; file <= last && file < MAX_FILES; file++) {
        (void)close((int)file);
    }
}

/* Close the files of the program but two: its documents, and the sockets of other workers, whose
 * ends could not be seen otherwise. What a kernel prints does not get into its results. */
static void close_files(int one, int other)
{
    const unsigned low = (unsigned)(one < other ? one : other);
    const unsigned high = (unsigned)(one < other ? other : one);
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    close_range_of(STDERR_FILENO + 1, low - 1);
    close_range_of(low + 1, high - 1);
    close_range_of(high + 1, ~0u);
}

void worker_strip(const worker *of, int socket)
{
    // Signals of a terminal go to a group: only who is waited for ends by them.
    (void)setpgid(0, 0);
    reset_signals();
    (void)dup2(of->said.write_end, STDERR_FILENO);
    close_files(socket, of->area.file);
}

/* ---- serving ---- */

/* The worker's own state. */
typedef struct service {
    const tg_backend_ops *inner;
    worker_area area;
    int socket;
    pid_t pid;
} service;

static bool send_answer(const service *own, const worker_answer *answer)
{
    ssize_t sent = 0;
    // A process that a kernel forked comes this far, too, and has no say.
    if (getpid() != own->pid) _exit(0);
    do {
        sent = send(own->socket, answer, sizeof *answer, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *answer;
}

static bool receive_request(const service *own, worker_request *request)
{
    ssize_t received = 0;
    do {
        received = recv(own->socket, request, sizeof *request, 0);
    } while (received < 0 && errno == EINTR);
    return received == (ssize_t)sizeof *request;
}

/* Word arrays that lie in the area. is_there: NULL: all */
static tg_product product_at(const worker_area *area, const worker_places *places,
                             const size_t *starts, const bool *is_there)
{
    tg_product product = {.cells = NULL};
    for (size_t i = 0; i < places->nb_outputs; i++) {
        if (is_there != NULL && !is_there[i]) continue;
        uint32_t *words = (uint32_t *)(void *)(area->bytes + starts[i]);
        *(i == 0 ? &product.cells : &product.sides[i - 1]) = words;
    }
    return product;
}

/* Set the pointers of a request to what came with it. */
static void relink(worker_request *request, const worker_area *area)
{
    const worker_places *places = &request->places;
    request->plan.steps = request->steps;
    if (request->subject.plan != NULL) request->subject.plan = &request->plan;
    request->job.subject = &request->subject;
    request->job.events = places->event_bytes != 0 ? area->bytes + places->events : NULL;
}

/* Compare, with the lists of what differs in the area. */
static tg_status compare(worker_answer *answer, const service *own, void *state,
                         const worker_request *request)
{
    const worker_places *places = &request->places;
    const tg_trace *trace = request->subject.trace;
    unsigned char *bytes = own->area.bytes;
    const tg_product out = product_at(&own->area, places, places->outputs, NULL);
    const tg_product expected =
        product_at(&own->area, places, places->expected, places->is_expected);
    answer->diff = (tg_diff){.columns = (tg_tally *)(void *)(bytes + places->columns),
                             .column_cells = (tg_tally *)(void *)(bytes + places->column_cells),
                             .max_cells = request->max_cells,
                             .cells = (tg_cell *)(void *)(bytes + places->cells)};
    answer->sides = (tg_sides_diff){.trace = trace, .max_listed = request->max_listed};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        answer->sides.sides[i].listed = (tg_side_word *)(void *)(bytes + places->listed[i]);
    }
    return own->inner->compare(state, &answer->diff, &answer->sides, &answer->conduct, &out,
                               &request->job, &expected, &answer->error);
}

/* Ask the backend. */
static tg_status ask_inner(worker_answer *answer, const service *own, void *state,
                           const worker_request *request)
{
    const worker_places *places = &request->places;
    const tg_product product = product_at(&own->area, places, places->outputs, NULL);
    switch (request->question) {
    case WORKER_MATCHES:
        return own->inner->matches(state, &answer->is_match, &request->job, &product,
                                   &answer->error);
    case WORKER_COMPARE:
        return compare(answer, own, state, request);
    default:
        return own->inner->run(state, &product, &answer->conduct, &request->job, request->poison,
                               &answer->error);
    }
}

static void serve(worker_answer *answer, service *own, void *state, worker_request *request)
{
    memset(answer, 0, sizeof *answer);
    answer->number = request->number;
    answer->status = worker_area_take(&own->area, request->places.nb_bytes, false, &answer->error);
    if (answer->status != TG_OK) return;
    relink(request, &own->area);
    const tg_plan *plan = request->subject.plan;
    const bool is_host = strcmp(own->inner->name, "host") == 0;
    if (plan != NULL && plan->user != NULL && (is_host || tg_host_user_is_sanitized()))
        worker_catch_faults();
    omp_set_num_threads(request->nb_threads);
    answer->status = ask_inner(answer, own, state, request);
}

/* Open the backend and serve, in a thread of its own. */
static void *work(void *argument)
{
    service *own = argument;
    void *state = NULL;
    worker_answer answer;
    worker_request request;
    memset(&answer, 0, sizeof answer);
    answer.status = own->inner->open(&state, &answer.error);
    const bool is_open = answer.status == TG_OK;
    bool goes_on = send_answer(own, &answer) && is_open;
    while (goes_on && receive_request(own, &request)) {
        serve(&answer, own, state, &request);
        goes_on = send_answer(own, &answer);
    }
    if (is_open) own->inner->close(state);
    return NULL;
}

_Noreturn void worker_live(const worker *of, int socket, pid_t parent)
{
    tg_process_end_with(parent);
    close_files(socket, of->area.file);
    service own = {.inner = of->inner, .area = of->area, .socket = socket, .pid = getpid()};
    const int failed = tg_process_do(work, &own);
    if (failed != 0) {
        worker_answer answer;
        memset(&answer, 0, sizeof answer);
        answer.status = tg_error_set(&answer.error, TG_ERR_MEMORY, "no thread in a worker: %s",
                                     strerror(failed));
        tg_error_how(&answer.error, "let the system have more threads or memory for this user");
        (void)send_answer(&own, &answer);
    }
    // Seen even if something that a kernel forked has the socket open.
    (void)shutdown(socket, SHUT_RDWR);
    _exit(0);
}
