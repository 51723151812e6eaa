/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options of isolation. */
#include "cli/isolation.h"

#include <stdio.h>
#include <string.h>

tg_status tg_isolation_choose(tg_isolation *how, const tg_isolation_values *given, tg_error *error)
{
    const bool wants = given->isolate || given->max_seconds.given;
    if (wants && given->no_isolate) {
        tg_error_set(error, TG_ERR_USAGE, "--%s and --no-isolate exclude each other",
                     given->isolate ? "isolate" : "max-run-seconds");
        tg_error_how(error, "give one of them: only a process of its own can be ended");
        return TG_ERR_USAGE;
    }
    *how = (tg_isolation){
        .isolate = wants               ? TG_ISOLATE_ALWAYS
                   : given->no_isolate ? TG_ISOLATE_NEVER
                                       : TG_ISOLATE_BY_BACKEND,
        .has_limit = given->max_seconds.given,
        .max_seconds = (double)given->max_seconds.value,
    };
    return TG_OK;
}

bool tg_isolation_wants(const tg_isolation *how, const char *device)
{
    if (how->isolate != TG_ISOLATE_BY_BACKEND) return how->isolate == TG_ISOLATE_ALWAYS;
    return device == NULL || strcmp(device, "host") != 0;
}

double tg_isolation_limit(const tg_isolation *how, size_t nb_runs, size_t nb_cells)
{
    if (how->has_limit) return how->max_seconds;
    return (double)nb_runs *
           (TG_WORKER_MAX_SECONDS + (double)nb_cells / TG_WORKER_CELLS_PER_SECOND);
}

void tg_isolation_suit(tg_isolation_values *given, const char *key)
{
    // Where only some launch shapes fail, the key does not say how.
    static const char *const ends[] = {"/failed/crashed/",       "/failed/hung/",
                                       "/failed/out-of-bounds/", "/failed/undefined/",
                                       "/failed/exited/",        "/failed/no-shared-memory/",
                                       "/failed/launch-shape/"};
    const char *rest = strchr(key, '/');
    if (rest == NULL || given->no_isolate) return;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        given->isolate = given->isolate || strncmp(rest, ends[i], strlen(ends[i])) == 0;
    }
}

tg_status tg_isolation_hand_on(tg_line *line, const tg_isolation_values *given, tg_error *error)
{
    char seconds[32];
    tg_status status = TG_OK;
    (void)snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)given->max_seconds.value);
    if (given->no_isolate) {
        tg_line_drop(line, "isolate", false);
        tg_line_drop(line, "max-run-seconds", true);
    }
    if (given->isolate || given->max_seconds.given) tg_line_drop(line, "no-isolate", false);
    if (given->isolate) status = tg_line_set_flag(line, "isolate", error);
    if (status == TG_OK && given->no_isolate) status = tg_line_set_flag(line, "no-isolate", error);
    if (status == TG_OK && given->max_seconds.given)
        status = tg_line_set(line, "max-run-seconds", seconds, error);
    return status;
}
