/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The generator on the host grid. */
#define PIPELINE_OPS (&tg_runtime_host)
#include "pipeline_cases.h"

TG_SUITE("pipeline", PIPELINE_CASES)
