/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The generator on a device that is there: the cases of the host grid, and recorded shards. Exits 3
 * where there is no device. */
#define PIPELINE_OPS (&tg_runtime_cuda)
#include "pipeline_cases.h"
#include "pipeline_records.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Asked in another process: nothing may fork behind CUDA's start, and each case is forked. */
static bool has_device(void)
{
    const pid_t child = fork();
    if (child == 0) {
        tg_runtime *runtime = NULL;
        tg_error error = {.status = TG_OK};
        const tg_status status = tg_runtime_open(&runtime, &tg_runtime_cuda, NULL, &error);
        if (status != TG_OK) (void)fprintf(stderr, "skipped: %s\n", error.what);
        tg_runtime_close(runtime);
        _exit(status == TG_OK ? 0 : status == TG_ERR_UNAVAILABLE ? 1 : 2);
    }
    int how = 0;
    if (child < 0 || waitpid(child, &how, 0) != child || !WIFEXITED(how)) return true;
    // A device that is there and does not open is a failure, which the cases will show.
    return WEXITSTATUS(how) != 1;
}

int main(void)
{
    const TTest *const cases[] = {PIPELINE_CASES, PIPELINE_RECORD_CASES};
    if (!has_device()) return 3;
    return tg_suite_run("pipeline_here", cases, sizeof cases / sizeof cases[0]);
}
