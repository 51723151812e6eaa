/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tries all planted bugs, some at a time, and prints what finds each.
 *
 *   planted [--triage] [--markdown] [--documents N] [--jobs N] PATCHES OBJECTS CORPUS [PART]
 *
 * --triage     triage what the gate meets first of each, instead, and have it write documents
 * --markdown   the whole table: profiles with as many events for bugs as for right kernels, keys of
 *              records for all; without documents
 * --documents  of so many bugs of each trace; 6 unless told otherwise
 * PATCHES  tests/planted; OBJECTS what tests/planted/build.sh made of it; CORPUS corpus/records
 * PART     only bugs whose names, "<file>/<bug>", contain it
 * Exits 0 if the gate finds every bug and nothing finds the unpatched kernels, or, with --triage,
 * if triage is right about them; 1 if not, 2 for wrong use or bad input.
 */
#include "planted.h"

#include "harness/clock.h"

#include <errno.h>
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Processes at a time, at the most. */
#define MAX_JOBS 256

/* Seconds of a processor after which a try has hung, whatever else the machine does. The longest
 * take 10. */
#define MAX_TRY_S 120

/* How a process ended of which nothing is known: as if with this exit code. */
#define LOST (2 << 8)

/* A process that tries one bug in one way. */
typedef struct job {
    pid_t pid;  /* 0: none */
    int answer; /* the end of a pipe where its planted_trial comes */
    planted_bug *bug;
    size_t way;
} job;

typedef struct crew {
    job jobs[MAX_JOBS];
    size_t nb_jobs;
    const planted_folders *folders;
} crew;

/* The process of a try: its answer is a planted_trial. Several run at once, with one thread each.
 */
static _Noreturn void run_try(int answer, const planted_bug *bug, size_t way,
                              const planted_folders *folders)
{
    const struct rlimit limit = {.rlim_cur = MAX_TRY_S, .rlim_max = MAX_TRY_S + 1};
    (void)setrlimit(RLIMIT_CPU, &limit);
    omp_set_num_threads(1);
    const planted_trial trial = planted_try(bug, way, folders);
    const bool is_written = write(answer, &trial, sizeof trial) == (ssize_t)sizeof trial;
    _exit(is_written ? 0 : 2);
}

static bool start(job *one, planted_bug *bug, size_t way, const planted_folders *folders)
{
    int ends[2];
    if (pipe(ends) != 0) return false;
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        run_try(ends[1], bug, way, folders);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return false;
    }
    *one = (job){.pid = pid, .answer = ends[0], .bug = bug, .way = way};
    return true;
}

/* Take the answer of a process that has ended. Kernels that crash it are found; that they hang is
 * not told apart from a slow machine, and fails. */
static void finish(job *one, int how)
{
    planted_trial *trial = &one->bug->trials[one->way];
    const bool is_answered = WIFEXITED(how) && WEXITSTATUS(how) == 0 &&
                             read(one->answer, trial, sizeof *trial) == (ssize_t)sizeof *trial;
    (void)close(one->answer);
    one->pid = 0;
    if (is_answered) return;
    const int number = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    const bool is_crash = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                          number == SIGILL || number == SIGABRT;
    *trial = (planted_trial){.outcome = is_crash ? PLANTED_FOUND : PLANTED_FAILED};
    (void)fprintf(stderr, "planted bug %s: a try %s\n", one->bug->name,
                  is_crash            ? "crashed"
                  : number == SIGXCPU ? "took too long"
                                      : "ended without an answer");
}

/* Wait for one process of the crew to end. Where there is none to wait for, all that were to answer
 * are lost. */
static void wait_for_one(crew *all)
{
    int how = 0;
    const pid_t pid = wait(&how);
    const bool are_lost = pid < 0 && errno == ECHILD;
    for (size_t i = 0; i < all->nb_jobs; i++) {
        job *one = &all->jobs[i];
        if (one->pid != 0 && (one->pid == pid || are_lost)) finish(one, are_lost ? LOST : how);
    }
}

static job *free_job(crew *all)
{
    for (;;) {
        for (size_t i = 0; i < all->nb_jobs; i++) {
            if (all->jobs[i].pid == 0) return &all->jobs[i];
        }
        wait_for_one(all);
    }
}

static bool is_idle(const crew *all)
{
    for (size_t i = 0; i < all->nb_jobs; i++) {
        if (all->jobs[i].pid != 0) return false;
    }
    return true;
}

/* Try every bug in nb_ways ways, from the first of them on. */
static void try_all(crew *all, planted_list *list, size_t first_way, size_t nb_ways)
{
    for (size_t i = 0; i < list->nb_bugs * nb_ways; i++) {
        planted_bug *bug = &list->bugs[i / nb_ways];
        const size_t way = first_way + i % nb_ways;
        if (way == PLANTED_DOCUMENT && !bug->wants_document) continue;
        if (start(free_job(all), bug, way, all->folders)) continue;
        (void)fprintf(stderr, "planted bug %s: no process could be started\n", bug->name);
        bug->trials[way].outcome = PLANTED_FAILED;
    }
    while (!is_idle(all)) wait_for_one(all);
}

static bool are_all_right(const planted_list *list)
{
    bool are_right = true;
    for (size_t i = 0; i < list->nb_bugs; i++) {
        are_right = are_right && planted_is_right(&list->bugs[i]);
    }
    return are_right;
}

/* What the command line asks for. */
typedef struct arguments {
    bool triage;
    bool markdown;
    size_t nb_documents; /* of each trace */
    size_t nb_jobs;
    planted_folders folders;
    const char *part;
} arguments;

static bool read_arguments(arguments *asked, int argc, char **argv)
{
    const long nb_cores = sysconf(_SC_NPROCESSORS_ONLN);
    *asked = (arguments){.nb_documents = PLANTED_NB_DOCUMENTS,
                         .nb_jobs = nb_cores > 0 ? (size_t)nb_cores : 1,
                         .part = ""};
    int next = 1;
    for (; next < argc && strncmp(argv[next], "--", 2) == 0; next++) {
        if (strcmp(argv[next], "--markdown") == 0) {
            asked->markdown = true;
        } else if (strcmp(argv[next], "--triage") == 0) {
            asked->triage = true;
        } else if (strcmp(argv[next], "--documents") == 0 && next + 1 < argc) {
            asked->nb_documents = strtoul(argv[++next], NULL, 10);
        } else if (strcmp(argv[next], "--jobs") == 0 && next + 1 < argc) {
            asked->nb_jobs = strtoul(argv[++next], NULL, 10);
        } else {
            return false;
        }
    }
    if (argc - next < 3 || argc - next > 4 || asked->nb_jobs == 0) return false;
    if (asked->nb_jobs > MAX_JOBS) asked->nb_jobs = MAX_JOBS;
    asked->folders = (planted_folders){argv[next], argv[next + 1], argv[next + 2]};
    if (argc - next == 4) asked->part = argv[next + 3];
    return true;
}

/* Choose how much is tried of each bug. Documents are of bugs that lie evenly among a trace's. */
static void choose(planted_list *list, const arguments *asked)
{
    size_t first = 0;
    for (size_t i = 0; i < list->nb_bugs; i++) {
        planted_bug *bug = &list->bugs[i];
        bug->max_events =
            bug->is_unpatched || asked->markdown ? PLANTED_MAX_EVENTS : PLANTED_FEW_EVENTS;
        if (!bug->is_unpatched) continue;
        // Right kernels are the last of their trace.
        const size_t nb = i - first;
        for (size_t k = 0; k < nb; k++) {
            planted_bug *of = &list->bugs[first + k];
            of->wants_document = !asked->markdown &&
                                 (k + 1) * asked->nb_documents / nb != k * asked->nb_documents / nb;
            of->wants_record_key = asked->markdown || of->wants_document;
        }
        first = i + 1;
    }
}

static void print(const planted_list *list, const arguments *asked)
{
    if (asked->triage) {
        (asked->markdown ? planted_triage_print_markdown : planted_triage_print)(stdout, list);
    } else {
        (asked->markdown ? planted_print_markdown : planted_print)(stdout, list);
    }
}

int main(int argc, char **argv)
{
    arguments asked;
    if (!read_arguments(&asked, argc, argv)) {
        (void)fprintf(stderr,
                      "usage: planted [--triage] [--markdown] [--documents N] [--jobs N] PATCHES "
                      "OBJECTS CORPUS [PART]\n");
        return 2;
    }
    const double start_s = tg_now_s();
    planted_list list;
    tg_error error = {0};
    const tg_status status = planted_list_init(&list, asked.folders.patches, asked.part, &error);
    if (status != TG_OK) {
        char line[sizeof(tg_error)];
        (void)fprintf(stderr, "planted: %s\n", tg_error_line(line, sizeof line, &error));
        return 2;
    }
    choose(&list, &asked);
    crew all = {.nb_jobs = asked.nb_jobs, .folders = &asked.folders};
    if (asked.triage) {
        try_all(&all, &list, PLANTED_TRIAGE, 2);
    } else {
        try_all(&all, &list, 0, PLANTED_NB_WAYS);
    }
    print(&list, &asked);
    if (!asked.markdown) (void)printf("%.0f s\n", tg_now_s() - start_s);
    const bool are_right = asked.triage ? planted_is_triage_right(&list) : are_all_right(&list);
    planted_list_clear(&list);
    return are_right ? 0 : 1;
}
