/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The search for wrong cells where two traces lie: on a device, or by the host grid, so that all of
 * it but the launch is tested without a device. Only counts come back, and the first wrong cells.
 *
 * harness/diff_device.h makes of them what the comparison on the host says.
 */
#ifndef TRACEGATE_GPU_DIFF_H
#define TRACEGATE_GPU_DIFF_H

#include "gpu/device.h"
#include "kernels/diff.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Columns of a trace that is searched, at the most: far more than any has. */
#define TG_DIFF_MAX_WIDTH ((size_t)1 << 20)

/* What a search needs of the place where it runs. Work is done in the order of the calls; download
 * waits for it, the others may return at once. Errors  the place's own */
typedef struct tg_diff_place {
    tg_status (*take)(void *at, void **d_bytes, size_t len_bytes, tg_error *error);
    void (*give)(void *at, void *d_bytes); /* NULL is taken */
    tg_status (*clear)(void *at, void *d_bytes, size_t len_bytes, tg_error *error);
    tg_status (*download)(void *at, void *dst, const void *d_src, size_t len_bytes,
                          tg_error *error);
    tg_status (*launch)(void *at, tg_krn_diff_step step, const tg_krn_diff *work, tg_error *error);
} tg_diff_place;

/* at  an open tg_device */
extern const tg_diff_place tg_diff_on_device;

/* Queue one step of a search on a device. Errors  those of gpu/device.h */
TG_NODISCARD tg_status tg_device_launch_diff(tg_device *device, tg_krn_diff_step step,
                                             const tg_krn_diff *work, tg_error *error);

/* at  a tg_launch: blocks of the first step, and threads of a block of all, a multiple of a warp up
 *     to TG_DIFF_BLOCK; 0 and NULL: as suits */
extern const tg_diff_place tg_diff_on_host;

/* Two traces to be searched: cells there, column-major, aligned to words. */
typedef struct tg_diff_pair {
    const uint32_t *d_expected;
    const uint32_t *d_actual;
    size_t expected_height;
    size_t actual_height;
    size_t height; /* of the part inside both */
    size_t width;
    tg_extent extent; /* of the expected trace */
} tg_diff_pair;

typedef struct tg_diff_search {
    const tg_diff_place *place;
    void *at;
    tg_krn_diff work;
    void *d_counts;
    size_t counts_bytes;
    void *d_lists;
    /* Found, on the host. */
    tg_krn_diff_column *columns; /* [width] */
    tg_krn_diff_totals totals;
    tg_krn_diff_cell *cells; /* [totals.nb_cells] the first wrong cells, by row, then column */
} tg_diff_search;

/* Get ready: take memory for the counts. To be cleared by tg_diff_search_clear after success.
 * Errors  those of the place; TG_ERR_MEMORY; TG_ERR_SIZE for a height beyond TG_MAX_HEIGHT or a
 *         width beyond TG_DIFF_MAX_WIDTH */
TG_NODISCARD tg_status tg_diff_search_init(tg_diff_search *search, const tg_diff_place *place,
                                           void *at, const tg_diff_pair *pair, tg_error *error);
void tg_diff_search_clear(tg_diff_search *search);

/* Queue the pass over both traces; counts begin at zero each time. */
TG_NODISCARD tg_status tg_diff_search_queue(tg_diff_search *search, tg_error *error);

/* Wait for the pass and fetch what it found, and the first max_cells wrong cells; once.
 * Errors  those of the place; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_diff_search_fetch(tg_diff_search *search, size_t max_cells,
                                            tg_error *error);

#ifdef __cplusplus
}
#endif

#endif
