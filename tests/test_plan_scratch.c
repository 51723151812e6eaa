/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scratch of launch plans on the host: poisoned before every run, and steps that write outside it
 * are found and named. */
#include "gpu/plan.h"
#include "kernels/port.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))

static const tg_trace toy_trace = {.name = "Toy.main"};
static const tg_request request = {.trace = &toy_trace, .height = 1};

static size_t twelve_bytes(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 12;
}

static size_t no_bytes(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 0;
}

static size_t greatest_size(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return SIZE_MAX - 100;
}

/* ---- poison ---- */

/* Copy the second scratch buffer out, and leave something there for the next run to find. */
TG_ROWS_PER_BLOCK(show_scratch, 1)
TG_STEP_KERNEL(show_scratch, void)
{
    uint32_t *words = (uint32_t *)extra.scratch[1];
    for (size_t i = 0; i < 3; i++) {
        trace[i] = words[i];
        words[i] = 7;
    }
}

START_TEST(plan_scratch_is_poisoned_before_every_run)
{
    static const uint32_t poison[] = {0xb5b5b5b5, 0xb5b5b5b5, 0xb5b5b5b5};
    const tg_step step = {.name = "show",
                          .host = tg_krn_host_show_scratch,
                          .rows_per_block = &tg_krn_rows_show_scratch};
    const tg_plan plan = {.nb_steps = 1,
                          .steps = &step,
                          .nb_scratch = 2,
                          .scratch_bytes = {twelve_bytes, twelve_bytes}};
    for (size_t i = 0; i < 3; i++) {
        uint32_t cells[3] = {0};
        tg_assert_ok(tg_plan_run_host(&plan, &(tg_launch){1, 1}, &(tg_product){.cells = cells},
                                      &request, tg_suite_error));
        ck_assert_mem_eq(cells, poison, sizeof poison);
    }
}
END_TEST

/* ---- guards ---- */

/* Write a zero byte to a scratch buffer: the first cell says to which, the second at what distance
 * from its start. */
TG_ROWS_PER_BLOCK(write_byte, 1)
TG_STEP_KERNEL(write_byte, void)
{
    unsigned char *bytes = (unsigned char *)extra.scratch[trace[0]];
    bytes[(int32_t)trace[1]] = 0;
}

/* Write all bytes of the buffers, and nothing else. */
TG_ROWS_PER_BLOCK(write_all, 1)
TG_STEP_KERNEL(write_all, void)
{
    memset(extra.scratch[0], 0, 12);
    memset(extra.scratch[2], 0, 12);
}

#define TOY_STEP(kernel)                                                                       \
    {                                                                                          \
        .name = #kernel, .host = tg_krn_host_##kernel, .rows_per_block = &tg_krn_rows_##kernel \
    }
static const tg_step steps[] = {TOY_STEP(write_all), TOY_STEP(write_byte), TOY_STEP(write_all)};
static const tg_plan plan_of_three = {.nb_steps = NB(steps),
                                      .steps = steps,
                                      .nb_scratch = 3,
                                      .scratch_bytes = {twelve_bytes, no_bytes, twelve_bytes}};

static tg_status run_writing(uint32_t buffer, int32_t place, tg_error *error)
{
    uint32_t cells[2] = {buffer, (uint32_t)place};
    return tg_plan_run_host(&plan_of_three, &(tg_launch){1, 1}, &(tg_product){.cells = cells},
                            &request, error);
}

START_TEST(plan_scratch_takes_writes_inside)
{
    tg_assert_ok(run_writing(0, 0, tg_suite_error));
    tg_assert_ok(run_writing(0, 11, tg_suite_error));
    tg_assert_ok(run_writing(2, 11, tg_suite_error));
}
END_TEST

/* Every place of both zones of every buffer, the one without bytes too. */
START_TEST(plan_scratch_finds_writes_outside)
{
    for (uint32_t buffer = 0; buffer < 3; buffer++) {
        const int32_t bytes = buffer == 1 ? 0 : 12;
        for (int32_t i = 1; i <= (int32_t)TG_SCRATCH_GUARD_BYTES; i++) {
            char text[160];
            (void)snprintf(text, sizeof text,
                           "step write_byte of Toy.main writes outside scratch buffer %u: at byte "
                           "%d behind its end",
                           buffer, i);
            tg_assert_fails(TG_ERR_KERNEL, text,
                            run_writing(buffer, bytes + i - 1, tg_suite_error));
            (void)snprintf(text, sizeof text,
                           "step write_byte of Toy.main writes outside scratch buffer %u: at byte "
                           "%d before its start",
                           buffer, i);
            tg_assert_fails(TG_ERR_KERNEL, text, run_writing(buffer, -i, tg_suite_error));
        }
    }
}
END_TEST

/* The place nearest to the buffer is named; a step that is not known, as such. */
START_TEST(plan_scratch_names_the_nearest_place)
{
    unsigned char zone[TG_SCRATCH_GUARD_BYTES];
    memset(zone, (int)TG_SCRATCH_GUARD, sizeof zone);
    tg_assert_ok(tg_plan_check_guard(zone, true, NULL, &request, 4, tg_suite_error));
    tg_assert_ok(tg_plan_check_guard(zone, false, NULL, &request, 4, tg_suite_error));
    zone[10] = 1;
    zone[1000] = 1;
    tg_assert_fails(TG_ERR_KERNEL,
                    "a step of Toy.main writes outside scratch buffer 4: at byte 11 behind its end",
                    tg_plan_check_guard(zone, true, NULL, &request, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "scratch buffer 0: at byte 24 before its start",
                    tg_plan_check_guard(zone, false, NULL, &request, 0, tg_suite_error));
}
END_TEST

/* Sizes that leave no place for the zones. */
START_TEST(plan_scratch_refuses_sizes_without_a_place)
{
    uint32_t cells[2] = {0};
    const tg_plan plan = {.nb_steps = 1,
                          .steps = steps,
                          .nb_scratch = 2,
                          .scratch_bytes = {twelve_bytes, greatest_size}};
    tg_assert_fails(
        TG_ERR_SIZE, "do not fit into memory",
        tg_plan_run_host(&plan, NULL, &(tg_product){.cells = cells}, &request, tg_suite_error));
}
END_TEST

TG_SUITE("plan_scratch", plan_scratch_is_poisoned_before_every_run,
         plan_scratch_takes_writes_inside, plan_scratch_finds_writes_outside,
         plan_scratch_names_the_nearest_place, plan_scratch_refuses_sizes_without_a_place)
