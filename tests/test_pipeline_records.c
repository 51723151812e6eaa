/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Recorded shards in the pipeline, on the host grid. */
#define PIPELINE_OPS (&tg_runtime_host)
#include "pipeline_records.h"

TG_SUITE("pipeline_records", PIPELINE_RECORD_CASES)
