/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The thread that shows progress. */
#include "harness/progress.h"

#include "harness/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Work that is done sooner shows nothing. */
#define QUIET_S 2.0

/* Bytes of a line: a terminal's width, beyond which wiping it would leave a rest. */
#define LINE_BYTES 80

struct tg_progress {
    FILE *out;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t ends;
    bool is_over;
    bool is_shown;
    double start_s;
    size_t nb_done;
    size_t nb_all;
    char text[LINE_BYTES];
};

/* The mutex is held. */
static void wipe(tg_progress *progress)
{
    if (!progress->is_shown) return;
    (void)fprintf(progress->out, "\r\033[K");
    (void)fflush(progress->out);
    progress->is_shown = false;
}

/* The mutex is held. */
static void show(tg_progress *progress)
{
    const double passed_s = tg_now_s() - progress->start_s;
    if (passed_s < QUIET_S || progress->text[0] == '\0') return;
    char line[2 * LINE_BYTES];
    if (progress->nb_done != 0 && progress->nb_done < progress->nb_all) {
        const double left_s =
            passed_s * (double)(progress->nb_all - progress->nb_done) / (double)progress->nb_done;
        (void)snprintf(line, sizeof line, "%zu of %zu  %s, %.0f s, about %.0f s left",
                       progress->nb_done, progress->nb_all, progress->text, passed_s, left_s);
    } else {
        (void)snprintf(line, sizeof line, "%s, %.0f s", progress->text, passed_s);
    }
    (void)fprintf(progress->out, "\r%.*s\033[K", LINE_BYTES - 1, line);
    (void)fflush(progress->out);
    progress->is_shown = true;
}

static void *run(void *argument)
{
    tg_progress *progress = argument;
    (void)pthread_mutex_lock(&progress->mutex);
    while (!progress->is_over) {
        struct timespec next;
        (void)clock_gettime(CLOCK_REALTIME, &next);
        next.tv_sec++;
        const int code = pthread_cond_timedwait(&progress->ends, &progress->mutex, &next);
        if (code == ETIMEDOUT && !progress->is_over) show(progress);
    }
    wipe(progress);
    (void)pthread_mutex_unlock(&progress->mutex);
    return NULL;
}

void tg_progress_create(tg_progress **progress, FILE *out)
{
    *progress = NULL;
    if (out == NULL || isatty(fileno(out)) == 0) return;
    tg_progress *created = calloc(1, sizeof *created);
    if (created == NULL) return;
    created->out = out;
    created->start_s = tg_now_s();
    (void)pthread_mutex_init(&created->mutex, NULL);
    (void)pthread_cond_init(&created->ends, NULL);
    if (pthread_create(&created->thread, NULL, run, created) != 0) {
        free(created);
        return;
    }
    *progress = created;
}

void tg_progress_say(tg_progress *progress, size_t nb_done, size_t nb_all, const char *format, ...)
{
    if (progress == NULL) return;
    va_list arguments;
    va_start(arguments, format);
    (void)pthread_mutex_lock(&progress->mutex);
    progress->nb_done = nb_done;
    progress->nb_all = nb_all;
    (void)vsnprintf(progress->text, sizeof progress->text, format, arguments);
    (void)pthread_mutex_unlock(&progress->mutex);
    va_end(arguments);
}

void tg_progress_wipe(tg_progress *progress)
{
    if (progress == NULL) return;
    (void)pthread_mutex_lock(&progress->mutex);
    wipe(progress);
    (void)pthread_mutex_unlock(&progress->mutex);
}

void tg_progress_destroy(tg_progress *progress)
{
    if (progress == NULL) return;
    (void)pthread_mutex_lock(&progress->mutex);
    progress->is_over = true;
    (void)pthread_cond_signal(&progress->ends);
    (void)pthread_mutex_unlock(&progress->mutex);
    (void)pthread_join(progress->thread, NULL);
    (void)pthread_cond_destroy(&progress->ends);
    (void)pthread_mutex_destroy(&progress->mutex);
    free(progress);
}
