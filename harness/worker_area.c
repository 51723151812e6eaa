/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory that a worker shares with who asks it: a file without a name, mapped on both sides. */
#define _GNU_SOURCE /* memfd_create */
#include "harness/worker_internal.h"

#include "model/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Every array begins on a page, as one of its own would. */
#define PLACE_BYTES ((size_t)4096)

/* The area grows by this, so that traces that are nearly alike do not each map it anew. */
#define GROWTH_BYTES ((size_t)2 << 20)

static tg_status no_memory(tg_error *error, const char *what, size_t nb_bytes)
{
    tg_error_set(error, TG_ERR_MEMORY, "no shared memory of %zu bytes for a worker: %s: %s",
                 nb_bytes, what, strerror(errno));
    tg_error_how(error, "use fewer events, give the program more memory or files, or run the "
                        "kernels in this process with --no-isolate");
    return TG_ERR_MEMORY;
}

tg_status worker_area_init(worker_area *area, tg_error *error)
{
    *area = (worker_area){.file = memfd_create("tracegate worker", MFD_CLOEXEC)};
    return area->file >= 0 ? TG_OK : no_memory(error, "memfd_create", 0);
}

void worker_area_clear(worker_area *area)
{
    if (area->bytes != NULL) (void)munmap(area->bytes, area->nb_bytes);
    if (area->file >= 0) (void)close(area->file);
    *area = (worker_area){.file = -1};
}

tg_status worker_area_take(worker_area *area, size_t nb_bytes, bool grows, tg_error *error)
{
    if (nb_bytes <= area->nb_bytes) return TG_OK;
    const size_t room = nb_bytes / GROWTH_BYTES * GROWTH_BYTES + GROWTH_BYTES;
    if (grows && ftruncate(area->file, (off_t)room) != 0)
        return no_memory(error, "ftruncate", nb_bytes);
    void *bytes = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, area->file, 0);
    if (bytes == MAP_FAILED) return no_memory(error, "mmap", nb_bytes);
    if (area->bytes != NULL) (void)munmap(area->bytes, area->nb_bytes);
    area->bytes = bytes;
    area->nb_bytes = room;
    return TG_OK;
}

/* Place an array behind the others. */
static tg_status place(size_t *at, worker_places *places, size_t nb_bytes, tg_error *error)
{
    const size_t start = places->nb_bytes;
    if (nb_bytes > SIZE_MAX / 4 - start) {
        tg_error_set(error, TG_ERR_SIZE, "%zu bytes do not fit into memory", nb_bytes);
        tg_error_how(error, "use fewer events or a smaller height");
        return TG_ERR_SIZE;
    }
    *at = start;
    places->nb_bytes = (start + nb_bytes + PLACE_BYTES - 1) / PLACE_BYTES * PLACE_BYTES;
    return TG_OK;
}

tg_status worker_places_set(worker_places *places, const tg_job *job, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    memset(places, 0, sizeof *places);
    places->nb_outputs = 1 + trace->nb_sides;
    tg_status status =
        tg_size_multiply(&places->event_bytes, job->nb_events, tg_trace_event_size(trace), error);
    if (job->events == NULL) places->event_bytes = 0;
    if (status == TG_OK)
        status =
            tg_size_multiply(&places->output_bytes[0], job->height, tg_trace_width(trace), error);
    if (status == TG_OK)
        status = tg_size_multiply(&places->output_bytes[0], places->output_bytes[0],
                                  sizeof(uint32_t), error);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        places->output_bytes[i + 1] = tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t);
    }
    if (status == TG_OK) status = place(&places->events, places, places->event_bytes, error);
    for (size_t i = 0; i < places->nb_outputs && status == TG_OK; i++) {
        status = place(&places->outputs[i], places, places->output_bytes[i], error);
    }
    return status;
}

tg_status worker_places_compare(worker_places *places, const tg_job *job,
                                const tg_product *expected, size_t max_cells, size_t max_listed,
                                tg_error *error)
{
    const size_t width = tg_trace_width(job->subject->trace);
    size_t cell_bytes = 0;
    size_t word_bytes = 0;
    tg_status status = tg_size_multiply(&cell_bytes, max_cells, sizeof(tg_cell), error);
    if (status == TG_OK)
        status = tg_size_multiply(&word_bytes, max_listed, sizeof(tg_side_word), error);
    for (size_t i = 0; i < places->nb_outputs && status == TG_OK; i++) {
        places->is_expected[i] = worker_words(expected, i) != NULL;
        status = place(&places->expected[i], places,
                       places->is_expected[i] ? places->output_bytes[i] : 0, error);
    }
    if (status == TG_OK) status = place(&places->columns, places, width * sizeof(tg_tally), error);
    if (status == TG_OK)
        status = place(&places->column_cells, places, width * sizeof(tg_tally), error);
    if (status == TG_OK) status = place(&places->cells, places, cell_bytes, error);
    for (size_t i = 0; i + 1 < places->nb_outputs && status == TG_OK; i++) {
        status = place(&places->listed[i], places, word_bytes, error);
    }
    return status;
}
