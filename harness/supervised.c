/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notes of a process that runs code of others, and its end. */
#include "harness/supervised.h"

#include "harness/process.h"
#include "harness/signals.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

/* Added to what is told: code that writes zeros or a small number there tells nothing. */
#define TOLD 0x746f6c00

void tg_supervised_tell(tg_supervised *notes, int exit_code)
{
    __atomic_store_n(&notes->told, TOLD | exit_code, __ATOMIC_RELEASE);
}

void tg_supervised_begin_call(tg_supervised *notes)
{
    (void)__atomic_add_fetch(&notes->calls.nb_begun, 1, __ATOMIC_ACQ_REL);
}

void tg_supervised_end_call(tg_supervised *notes)
{
    (void)__atomic_add_fetch(&notes->calls.nb_ended, 1, __ATOMIC_ACQ_REL);
}

bool tg_supervised_has_told(int *exit_code, const tg_supervised *notes)
{
    const int told = __atomic_load_n(&notes->told, __ATOMIC_ACQUIRE);
    *exit_code = told & 0xff;
    return (told & ~0xff) == TOLD;
}

bool tg_supervised_look_again(tg_supervised_look *last, const tg_supervised *notes, double turn_s,
                              double max_call_s)
{
    const uint64_t nb_ended = __atomic_load_n(&notes->calls.nb_ended, __ATOMIC_ACQUIRE);
    const uint64_t nb_begun = __atomic_load_n(&notes->calls.nb_begun, __ATOMIC_ACQUIRE);
    const bool is_still = nb_begun == last->nb_begun && nb_ended == last->nb_ended;
    last->idle_s = is_still && nb_begun != nb_ended ? last->idle_s + turn_s : 0;
    last->nb_begun = nb_begun;
    last->nb_ended = nb_ended;
    return last->idle_s >= max_call_s;
}

void tg_supervised_explain(char what[128], int wait_status, bool was_ended, double max_call_s)
{
    enum { MAX = 128 };
    if (was_ended) {
        (void)snprintf(what, MAX, "the chip library's code has not returned within %.0f s",
                       max_call_s);
    } else if (wait_status == -1) {
        (void)snprintf(what, MAX, "its process has ended");
    } else if (WIFSIGNALED(wait_status)) {
        (void)snprintf(what, MAX, "its process was ended by signal %d%s", WTERMSIG(wait_status),
                       tg_signal_name(WTERMSIG(wait_status)));
    } else if (WEXITSTATUS(wait_status) == TG_PROCESS_EXIT_CALLED) {
        (void)snprintf(what, MAX, "code that runs in its process called exit");
    } else {
        (void)snprintf(what, MAX, "code that runs in its process ended it with exit code %d",
                       WEXITSTATUS(wait_status));
    }
}

const char *tg_supervised_how(int wait_status, bool was_ended, const char *mend)
{
    if (was_ended || wait_status == -1 || !WIFSIGNALED(wait_status) ||
        !tg_signal_is_from_outside(WTERMSIG(wait_status)))
        return mend;
    return WTERMSIG(wait_status) == SIGKILL
               ? "see whether the system was short of memory (dmesg), and run it again"
               : "somebody asked it to end: run it again";
}
