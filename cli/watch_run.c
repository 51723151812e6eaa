/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes of `tracegate watch`. One is the leader of a group, so that the compiler that it waits
 * for ends with it; its workers have groups of their own, and end by themselves when it does. */
#define _GNU_SOURCE /* memfd_create, pipe2 */
#include "cli/watch_run.h"

#include "model/memory.h"
#include "modules/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Exit code of a process that could not become the program. */
#define EXIT_NO_EXEC 127

/* How long those that are to end may take until they are made to. */
#define CANCEL_TURN_NS 1000000L
#define CANCEL_TURNS 100

tg_status tg_watch_run_open(tg_watch_run *run, tg_error *error)
{
    void *text = NULL;
    *run = (tg_watch_run){.result = -1, .said = -1};
    const tg_status status = tg_buffer_create(&text, TG_WATCH_MAX_SAID + 1, 1, error);
    run->text = text;
    return status;
}

static void close_files(tg_watch_run *run)
{
    if (run->result >= 0) (void)close(run->result);
    if (run->said >= 0) (void)close(run->said);
    run->result = -1;
    run->said = -1;
}

void tg_watch_run_close(tg_watch_run *run)
{
    tg_watch_run_cancel(run);
    close_files(run);
    tg_buffer_destroy(run->text);
    run->text = NULL;
}

/* ---- the other process ---- */

_Noreturn static void become(const tg_watch_run *run, int to, char *const *words, pid_t parent)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE};
    sigset_t none;
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_NO_EXEC);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        (void)signal(numbers[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(run->result, STDOUT_FILENO) < 0 ||
        dup2(to, STDERR_FILENO) < 0)
        _exit(EXIT_NO_EXEC);
    (void)execv("/proc/self/exe", words);
    _exit(EXIT_NO_EXEC);
}

static tg_status cannot(tg_watch_run *run, const char *what, tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "nothing can be run: %s: %s", what, strerror(errno));
    tg_error_how(error, "let the system have more processes, files or memory for this user");
    close_files(run);
    return TG_ERR_MEMORY;
}

tg_status tg_watch_run_start(tg_watch_run *run, char *const *words, tg_error *error)
{
    int ends[2];
    const pid_t parent = getpid();
    run->nb_text = 0;
    run->nb_lost = 0;
    run->text[0] = '\0';
    close_files(run);
    run->result = memfd_create("result", MFD_CLOEXEC);
    if (run->result < 0) return cannot(run, "memfd_create", error);
    if (pipe2(ends, O_CLOEXEC) != 0) return cannot(run, "pipe", error);
    run->said = ends[0];
    (void)fcntl(run->said, F_SETFL, O_NONBLOCK);
    const pid_t pid = fork();
    if (pid == 0) become(run, ends[1], words, parent);
    (void)close(ends[1]);
    if (pid < 0) return cannot(run, "fork", error);
    // Both do it: whichever comes first, it is done before either goes on.
    (void)setpgid(pid, pid);
    run->pid = pid;
    return TG_OK;
}

/* ---- this process ---- */

void tg_watch_run_read(tg_watch_run *run)
{
    char bytes[16384];
    for (;;) {
        const ssize_t nb = read(run->said, bytes, sizeof bytes);
        if (nb < 0 && errno == EINTR) continue;
        if (nb <= 0) return;
        const size_t room = TG_WATCH_MAX_SAID - run->nb_text;
        const size_t kept = (size_t)nb < room ? (size_t)nb : room;
        memcpy(run->text + run->nb_text, bytes, kept);
        run->nb_text += kept;
        run->nb_lost += (size_t)nb - kept;
        run->text[run->nb_text] = '\0';
    }
}

bool tg_watch_run_has_ended(tg_watch_run *run, int *exit_code)
{
    int status = 0;
    if (run->pid == 0 || waitpid(run->pid, &status, WNOHANG) != run->pid) return false;
    // What it left behind is nobody's any more.
    (void)kill(-run->pid, SIGKILL);
    run->pid = 0;
    tg_watch_run_read(run);
    *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

/* Whether a process of the group, but for this one's child, is there still. */
static bool has_group(pid_t group) { return kill(-group, 0) == 0; }

void tg_watch_run_cancel(tg_watch_run *run)
{
    if (run->pid == 0) return;
    bool is_child_gone = false;
    // Compilers remove their files when they are asked to end.
    (void)kill(-run->pid, SIGTERM);
    for (int i = 0; i < CANCEL_TURNS && (!is_child_gone || has_group(run->pid)); i++) {
        is_child_gone = is_child_gone || waitpid(run->pid, NULL, WNOHANG) == run->pid;
        (void)nanosleep(&(struct timespec){.tv_nsec = CANCEL_TURN_NS}, NULL);
    }
    (void)kill(-run->pid, SIGKILL);
    while (!is_child_gone && waitpid(run->pid, NULL, 0) < 0 && errno == EINTR) continue;
    tg_cache_remove_work_of(run->pid);
    run->pid = 0;
    close_files(run);
}
