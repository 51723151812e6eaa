/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The device of a build without CUDA: it can't be opened, so that nothing else is ever called
 * with one. */
#include "gpu/device.h"
#include "gpu/diff.h"

static tg_status absent(tg_error *error)
{
    tg_error_set(error, TG_ERR_UNAVAILABLE, "this program was built without CUDA");
    tg_error_how(error, "./dev cuda installs a toolkit into the build folder; then build again");
    return TG_ERR_UNAVAILABLE;
}

/* Functions that take a device: their bodies are the same, and never run. */
#define ABSENT(signature) \
    tg_status signature { return absent(error); }

#define UNUSED __attribute__((unused))

bool tg_device_is_built(void) { return false; }

tg_status tg_device_open(tg_device **device, tg_error *error)
{
    *device = NULL;
    return absent(error);
}

void tg_device_close(UNUSED tg_device *device) {}

const tg_device_info *tg_device_get_info(UNUSED const tg_device *device) { return NULL; }

void tg_device_give(UNUSED tg_device *device, UNUSED void *d_buffer) {}

void tg_device_poison_scratch(UNUSED tg_device *device, UNUSED bool poison) {}

tg_status tg_device_take(UNUSED tg_device *device, void **d_buffer, UNUSED size_t len_bytes,
                         tg_error *error)
{
    *d_buffer = NULL;
    return absent(error);
}

ABSENT(tg_device_upload(UNUSED tg_device *device, UNUSED void *d_dst, UNUSED const void *src,
                        UNUSED size_t len_bytes, tg_error *error))
ABSENT(tg_device_download(UNUSED tg_device *device, UNUSED void *dst, UNUSED const void *d_src,
                          UNUSED size_t len_bytes, tg_error *error))
ABSENT(tg_device_copy(UNUSED tg_device *device, UNUSED void *d_dst, UNUSED const void *d_src,
                      UNUSED size_t len_bytes, tg_error *error))
ABSENT(tg_device_clear(UNUSED tg_device *device, UNUSED void *d_dst, UNUSED size_t len_bytes,
                       tg_error *error))
ABSENT(tg_device_fill(UNUSED tg_device *device, UNUSED uint32_t *d_words, UNUSED size_t nb_words,
                      UNUSED uint32_t word, tg_error *error))
ABSENT(tg_device_find_unlike(UNUSED tg_device *device, UNUSED tg_device_tally *found,
                             UNUSED const uint32_t *d_words, UNUSED size_t nb_words,
                             UNUSED uint32_t word, tg_error *error))
ABSENT(tg_device_compare_bytes(UNUSED tg_device *device, UNUSED tg_device_tally *changed,
                               UNUSED const void *d_first, UNUSED const void *d_second,
                               UNUSED size_t len_bytes, tg_error *error))
ABSENT(tg_device_compare_runs(UNUSED tg_device *device, UNUSED tg_device_tally *unwritten,
                              UNUSED tg_device_tally *unstable, UNUSED const uint32_t *d_first,
                              UNUSED const uint32_t *d_second, UNUSED size_t nb_cells,
                              UNUSED uint32_t first_poison, UNUSED uint32_t second_poison,
                              tg_error *error))
ABSENT(tg_device_run(UNUSED tg_device *device, UNUSED const tg_plan *plan,
                     UNUSED const tg_launch *launch, UNUSED const tg_product *d_out,
                     UNUSED const tg_request *request, tg_error *error))
ABSENT(tg_device_check_events(UNUSED tg_device *device, UNUSED const tg_request *request,
                              tg_error *error))
ABSENT(tg_device_wait(UNUSED tg_device *device, tg_error *error))
ABSENT(tg_device_measure(UNUSED tg_device *device, UNUSED double *seconds, UNUSED size_t nb_repeats,
                         UNUSED tg_device_work *work, UNUSED void *arguments, tg_error *error))
ABSENT(tg_device_measure_steps(UNUSED tg_device *device, UNUSED double *seconds,
                               UNUSED size_t nb_repeats, UNUSED const tg_plan *plan,
                               UNUSED const tg_product *d_out, UNUSED const tg_request *request,
                               tg_error *error))
ABSENT(tg_device_launch_diff(UNUSED tg_device *device, UNUSED tg_krn_diff_step step,
                             UNUSED const tg_krn_diff *work, tg_error *error))
