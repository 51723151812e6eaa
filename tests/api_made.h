/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A gate of the example's kernel, for suites of the library. */
#ifndef TRACEGATE_TESTS_API_MADE_H
#define TRACEGATE_TESTS_API_MADE_H

#include "suite.h"

#include "tracegate/tracegate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define API_KERNEL TG_SOURCE_DIR "/examples/my_select.cu:my_select_main"

static const char *const api_traces[] = {"Select.main"};
static const char *const api_bug[] = {"EXCHANGE_OUTPUTS"};

/* A small gate on the CPU; what is compiled lies in folder. */
static tracegate_gate_options api_options(const char *folder)
{
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    return (tracegate_gate_options){.struct_size = sizeof(tracegate_gate_options),
                                    .traces = api_traces,
                                    .nb_traces = 1,
                                    .kernel = API_KERNEL,
                                    .place = TRACEGATE_HOST,
                                    .nb_events = 5};
}

#endif
