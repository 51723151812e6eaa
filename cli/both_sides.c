/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Backends for both sides of a comparison. */
#include "cli/both_sides.h"

#include <string.h>

static const char *backend_name_at(size_t index) { return tg_backend_ops_at(index)->name; }

static const char *backend_text_at(size_t index) { return tg_backend_ops_at(index)->text; }

const tg_names tg_actual_names = {
    .nb_names = tg_nb_backends,
    .name_at = backend_name_at,
    .text_at = backend_text_at,
    .fallback = 1,
};

static tg_status open_side(tg_backend *side, const char *name, const tg_isolation *isolation,
                           bool is_under_test, tg_error *error)
{
    const tg_backend_ops *ops = NULL;
    const tg_status status = tg_backend_find(&ops, name, error);
    if (status != TG_OK) return status;
    if (ops->generates) return tg_isolation_open(side, ops, isolation, is_under_test, error);
    tg_error_set(error, TG_ERR_USAGE, "%s makes no traces of other events than its own", name);
    tg_error_how(error, "name a backend that does: reference, host or cuda");
    return TG_ERR_USAGE;
}

tg_status tg_both_sides_open(tg_both_sides *both, const char *expected, const char *actual,
                             const tg_isolation *isolation, tg_error *error)
{
    *both = (tg_both_sides){.expected = {.ops = NULL}};
    tg_status status = open_side(&both->expected, expected, isolation, false, error);
    if (status == TG_OK) status = open_side(&both->actual, actual, isolation, true, error);
    if (status == TG_OK && strcmp(both->expected.ops->name, both->actual.ops->name) == 0) {
        tg_error_set(error, TG_ERR_USAGE,
                     "%s is on both sides, and would only be compared with itself", actual);
        tg_error_how(error, "name another backend with --expected or --actual");
        status = TG_ERR_USAGE;
    }
    if (status != TG_OK) tg_both_sides_close(both);
    return status;
}

void tg_both_sides_close(tg_both_sides *both)
{
    if (both->expected.ops != NULL) tg_backend_close(&both->expected);
    if (both->actual.ops != NULL) tg_backend_close(&both->actual);
    *both = (tg_both_sides){.expected = {.ops = NULL}};
}
