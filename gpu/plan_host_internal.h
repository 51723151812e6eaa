/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What runners of launch plans on the host grid share: scratch between guard zones. */
#ifndef TRACEGATE_GPU_PLAN_HOST_INTERNAL_H
#define TRACEGATE_GPU_PLAN_HOST_INTERNAL_H

#include "gpu/plan.h"

/* Scratch of one run on the host: each buffer between two guard zones. */
typedef struct tg_host_scratch {
    size_t nb;
    unsigned char *zones[TG_MAX_SCRATCH]; /* where the first zone begins */
    size_t bytes[TG_MAX_SCRATCH];         /* of the buffers */
} tg_host_scratch;

/* Take the buffers and poison them; extra gets their addresses.
 * scratch  to be destroyed after success
 * bytes    [nb] size of each
 * Errors   TG_ERR_MEMORY, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_host_scratch_create(tg_host_scratch *scratch, tg_krn_extra *extra,
                                              size_t nb, const size_t *bytes, tg_error *error);
void tg_host_scratch_destroy(tg_host_scratch *scratch);

/* Look at the zones behind a step. Errors  as tg_plan_check_guard's */
TG_NODISCARD tg_status tg_host_scratch_check(const tg_host_scratch *scratch, const char *step,
                                             const tg_request *request, tg_error *error);

#endif
