/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What was measured of one trace, as a row of the table and as JSON. The table, and the lines below
 * a row of it, are 110 columns wide at the most. */
#include "cli/bench_result.h"

#include "cli/bench_diff.h"
#include "harness/words.h"

#include <stdio.h>
#include <string.h>

static void json_phases(tg_json_out *json, const tg_bench_result *result)
{
    tg_json_begin(json, "phases", '[');
    for (size_t i = 0; i < result->nb_phases; i++) {
        const tg_bench_phase *phase = &result->phases[i];
        tg_json_begin(json, NULL, '{');
        tg_json_text(json, "name", phase->name);
        tg_json_real(json, "seconds", phase->seconds);
        tg_json_real(json, "events_per_s", phase->events_per_s);
        tg_json_bool(json, "in_best", !phase->is_side);
        tg_json_end(json);
    }
    tg_json_end(json);
}

static void json_figures(tg_json_out *json, const tg_bench_result *result)
{
    tg_json_text(json, "backend", result->backend->name);
    tg_json_count(json, "nb_events", result->nb_events);
    tg_json_count(json, "nb_events_used", result->nb_events_used);
    tg_json_count(json, "height", result->height);
    tg_json_count(json, "bytes_read", result->bytes_read);
    tg_json_count(json, "bytes_written", result->bytes_written);
    tg_json_count(json, "bytes_fetched", result->bytes_fetched);
    tg_bench_rate_json(json, "best", &result->best);
    if (result->on_device) {
        tg_json_text(json, "device", result->device);
        tg_json_text(json, "yardstick", tg_bench_yardstick_name(result->yardstick));
        tg_bench_rate_json(json, "yardstick_rate", &result->reference);
        tg_json_real(json, "share", result->share);
        tg_json_real(json, "share_fetched", result->share_fetched);
        tg_json_count(json, "scratch_bytes", result->scratch_bytes);
        tg_json_count(json, "side_bytes", result->side_bytes);
        json_phases(json, result);
    } else {
        tg_json_count(json, "threads", result->nb_threads);
        tg_bench_rate_json(json, "one_thread", &result->one_thread);
    }
}

void tg_bench_result_json(tg_json_out *json, const tg_bench_result *result)
{
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", result->trace->name);
    json_figures(json, result);
    tg_json_end(json);
}

/* How many times as fast one is as the other. */
static double ratio_of(const tg_bench_result *one, const tg_bench_result *other)
{
    return other->best.seconds / one->best.seconds;
}

void tg_bench_result_user_json(tg_json_out *json, const tg_bench_result *result, const char *kernel,
                               const tg_bench_result *built_in)
{
    tg_json_begin(json, NULL, '{');
    tg_json_text(json, "trace", result->trace->name);
    tg_json_text(json, "kernel", kernel);
    if (built_in != NULL) tg_json_real(json, "ratio_to_built_in", ratio_of(result, built_in));
    json_figures(json, result);
    tg_json_end(json);
}

/* A rate of events, in millions. */
#define EVENTS_PER_UNIT 1e6

void tg_bench_result_head(void)
{
    (void)printf("%-33s %-9s %8s %12s %7s %10s  %s\n", "trace", "backend", "events", "events/s",
                 "GB/s", "per core/s", "share, or threads");
}

/* A rate as text, in millions: with two digits behind the point, and three that count where it is
 * small. */
static const char *rate_text(char text[32], double events_per_s)
{
    const double rate = events_per_s / EVENTS_PER_UNIT;
    int nb_digits = 2;
    for (double least = 1.0; rate < least && nb_digits < 6; least /= 10.0) {
        nb_digits++;
    }
    (void)snprintf(text, 32, "%.*f M", nb_digits, rate);
    return text;
}

/* One line of the times below a row. */
static void print_time(const char *name, double seconds, double events_per_s, const char *note)
{
    char rate[32];
    (void)printf("  %-31s %9.3f ms       %12s%s%s\n", name, seconds * 1e3,
                 rate_text(rate, events_per_s), note[0] != '\0' ? "  " : "", note);
}

/* Times of the phases that count, their total, and what was timed apart. */
static void print_phases(const tg_bench_result *result)
{
    char total[TG_NAME_BYTES] = "total";
    for (size_t i = 0; i < result->nb_phases; i++) {
        const tg_bench_phase *phase = &result->phases[i];
        const size_t len = strlen(total);
        if (!phase->is_side) {
            print_time(phase->name, phase->seconds, phase->events_per_s, "");
        } else {
            (void)snprintf(total + len, sizeof total - len, "%s%s",
                           strchr(total, ' ') == NULL ? " without " : ", ", phase->name);
        }
    }
    print_time(total, result->best.seconds, result->best.events_per_s, "all in one run");
    for (size_t i = 0; i < result->nb_phases; i++) {
        const tg_bench_phase *phase = &result->phases[i];
        if (phase->is_side)
            print_time(phase->name, phase->seconds, phase->events_per_s, "side outputs only");
    }
}

/* What a trace takes beside its cells and events. */
static void print_memory(const tg_bench_result *result)
{
    const double nb_events = (double)result->nb_events_used;
    if (result->scratch_bytes + result->side_bytes == 0 || result->nb_events_used == 0) return;
    (void)printf("  %-31s %9.1f bytes an event of scratch, %.1f of side outputs\n",
                 "memory beside trace and events", (double)result->scratch_bytes / nb_events,
                 (double)result->side_bytes / nb_events);
}

static void print_row(const char *name, const tg_bench_result *result)
{
    char rate[32];
    (void)printf("%-33s %-9s %8zu %12s %7.2f ", name, result->backend->name, result->nb_events,
                 rate_text(rate, result->best.events_per_s), result->best.bytes_per_s / 1e9);
    if (result->on_device) {
        char sectors[32] = "";
        if (result->bytes_fetched != result->bytes)
            (void)snprintf(sectors, sizeof sectors, "(%.1f%%)", 100.0 * result->share_fetched);
        (void)printf("%10s  %.1f%% of %s, %.0f GB/s\n", sectors, 100.0 * result->share,
                     tg_bench_yardstick_name(result->yardstick),
                     result->reference.bytes_per_s / 1e9);
        if (result->nb_phases != 0) print_phases(result);
        print_memory(result);
    } else {
        (void)printf("%10s  %zu thread%s\n", rate_text(rate, result->one_thread.events_per_s),
                     result->nb_threads, tg_plural(result->nb_threads));
    }
    (void)fflush(stdout);
}

void tg_bench_result_row(const tg_bench_result *result) { print_row(result->trace->name, result); }

void tg_bench_result_user_row(const tg_bench_result *result, const char *kernel,
                              const tg_bench_result *built_in)
{
    char name[34];
    (void)snprintf(name, sizeof name, "  %s", kernel);
    print_row(name, result);
    if (built_in != NULL)
        (void)printf("  %-31s %9.3f\n", "ratio to built-in", ratio_of(result, built_in));
    (void)fflush(stdout);
}
