/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Makes traces from row functions: words to residues, rows, residues to words, by the description's
 * row map, height and padding.
 *
 * Cells are made in blocks, the columns of one entry of one row. Block b of a trace is in row b /
 * events_per_row and comes from event b / rows_per_event. Rows are made in tiles that stay in the
 * cache between the steps.
 */
#include "reference/reference.h"

#include "model/memory.h"
#include "reference/field.h"

#include <omp.h>
#include <string.h>

#define TILE_ROWS TG_REF_TILE_ROWS

#define TG_REF_DECLARE(id, kind) extern const tg_ref_generator tg_ref_##id##_##kind;
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_REF_DECLARE, id)
#include "model/chips.def"
#undef TG_CHIP

#define TG_REF_ENTRY(id, kind) &tg_ref_##id##_##kind,
static const tg_ref_generator *const generators[] = {
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_REF_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
};

const tg_ref_generator *tg_ref_at(size_t index) { return generators[index]; }

/* Everything that the tiles of one trace share. */
typedef struct ref_job {
    uint32_t *cells; /* NULL: events are looked at, and nothing is stored */
    const tg_ref_generator *generator;
    const tg_trace *trace;
    size_t height;
    const unsigned char *events; /* NULL: none */
    size_t event_size;           /* bytes; 0 where the trace has no events */
    size_t width;                /* columns */
    size_t block_width;          /* columns of one entry */
    size_t nb_slots;             /* entries of a row, or rows of an event */
    size_t nb_eventful; /* blocks that have an event: the first ones; all others are padding */
    size_t nb_threads;
    tg_leaf *words; /* the leaves of an event that become residues */
    size_t nb_words;
    uint32_t *padding;      /* [nb_slots][block_width] residues of padding blocks */
    unsigned char *decoded; /* for each thread: the events of a tile, in residues */
    size_t decoded_bytes;   /* of one thread */
    uint32_t *blocks; /* for each thread: the blocks of a tile, which are its rows, in residues */
    size_t blocks_words; /* of one thread */
    size_t bad_event;    /* first event that contradicts itself; SIZE_MAX: none */
    const char *fault;   /* what is wrong with it; NULL: nothing */
} ref_job;

static void list_words(ref_job *job)
{
    const size_t nb_leaves = job->nb_words;
    tg_type_leaves(job->words, job->trace->event);
    job->nb_words = 0;
    for (size_t i = 0; i < nb_leaves; i++) {
        const tg_type *type = job->words[i].type;
        const bool is_word = type->form == TG_FORM_FELT || type->form == TG_FORM_ONE;
        const bool is_read = !type->ignored || job->generator->checks_ignored;
        if (is_word && is_read) job->words[job->nb_words++] = job->words[i];
    }
}

static void make_padding(ref_job *job)
{
    memset(job->padding, 0, job->nb_slots * job->block_width * sizeof *job->padding);
    if (job->trace->padding != TG_PADDING_ZERO_EVENT) return;
    memset(job->decoded, 0, job->event_size);
    for (size_t slot = 0; slot < job->nb_slots; slot++) {
        // The event of zeros may contradict itself (zeros are not the permutation of zeros); its
        // row is padding all the same.
        const void *zero_event = job->event_size != 0 ? job->decoded : NULL;
        (void)job->generator->row(job->padding + slot * job->block_width, zero_event, slot);
    }
}

static void job_clear(ref_job *job)
{
    tg_buffer_destroy(job->words);
    tg_buffer_destroy(job->padding);
    tg_buffer_destroy(job->decoded);
    tg_buffer_destroy(job->blocks);
}

/* Take memory and prepare it. After an error too, the job is to be cleared. */
static tg_status job_prepare(ref_job *job, tg_error *error)
{
    // An event that starts before the tile, where events have several rows, is one more than those
    // that start in it.
    job->decoded_bytes = (TILE_ROWS * job->trace->events_per_row + 1) * job->event_size;
    job->blocks_words = TILE_ROWS * job->width;
    job->nb_words = job->event_size != 0 ? tg_type_nb_leaves(job->trace->event) : 0;

    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, job->nb_words, sizeof *job->words, error);
    job->words = buffer;
    if (status != TG_OK) return status;
    status =
        tg_buffer_create(&buffer, job->nb_slots * job->block_width, sizeof *job->padding, error);
    job->padding = buffer;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&buffer, job->nb_threads, job->decoded_bytes, error);
    job->decoded = buffer;
    if (status != TG_OK) return status;
    status =
        tg_buffer_create(&buffer, job->nb_threads, job->blocks_words * sizeof *job->blocks, error);
    job->blocks = buffer;
    if (status != TG_OK) return status;

    if (job->event_size != 0) list_words(job);
    make_padding(job);
    return TG_OK;
}

/* Copy nb_events events and turn their words into residues. */
static void decode_events(unsigned char *decoded, const ref_job *job, size_t first_event,
                          size_t nb_events)
{
    memcpy(decoded, job->events + first_event * job->event_size, nb_events * job->event_size);
    for (size_t i = 0; i < job->nb_words; i++) {
        unsigned char *word = decoded + job->words[i].offset;
        for (size_t event = 0; event < nb_events; event++, word += job->event_size) {
            uint32_t value = 0;
            memcpy(&value, word, sizeof value);
            value = tg_ref_from_word(value);
            memcpy(word, &value, sizeof value);
        }
    }
}

/* Keep the fault of the smallest event, whichever thread finds it first. */
static void note_fault(ref_job *job, size_t event, const char *fault)
{
#pragma omp critical(tg_ref_note_fault)
    if (event < job->bad_event) {
        job->bad_event = event;
        job->fault = fault;
    }
}

/* What is wrong with the words of a block; NULL: nothing. */
static const char *cells_fault(const uint32_t *block, const ref_job *job)
{
    for (size_t i = 0; job->generator->checks_cells && i < job->block_width; i++) {
        if (block[i] >= TG_P)
            return "its row in the reference has a word that is no residue below p";
    }
    return NULL;
}

/* Fill nb_blocks blocks, of which the first has number first_block, from their events. */
static void fill_eventful(uint32_t *blocks, ref_job *job, unsigned char *decoded,
                          size_t first_block, size_t nb_blocks)
{
    const size_t rows_per_event = job->trace->rows_per_event;
    if (nb_blocks == 0) return;
    memset(blocks, 0, nb_blocks * job->block_width * sizeof *blocks);
    if (job->event_size != 0) {
        const size_t first_event = first_block / rows_per_event;
        decode_events(decoded, job, first_event,
                      (first_block + nb_blocks - 1) / rows_per_event + 1 - first_event);
    }
    // Slot and event are counted on: two divisions a block would cost as much as 4 columns.
    size_t slot = first_block % job->nb_slots;
    for (size_t i = 0; i < nb_blocks; i++) {
        const void *event = job->event_size != 0 ? decoded : NULL;
        uint32_t *block = blocks + i * job->block_width;
        const char *fault = job->generator->row(block, event, slot);
        if (fault == NULL) fault = cells_fault(block, job);
        if (fault != NULL) {
            note_fault(job, (first_block + i) / rows_per_event, fault);
            return;
        }
        slot = slot + 1 == job->nb_slots ? 0 : slot + 1;
        if (rows_per_event == 1 || slot == 0) decoded += job->event_size;
    }
}

static void fill_padding(uint32_t *blocks, const ref_job *job, size_t first_block, size_t nb_blocks)
{
    for (size_t i = 0; i < nb_blocks; i++) {
        const size_t slot = (first_block + i) % job->nb_slots;
        memcpy(blocks + i * job->block_width, job->padding + slot * job->block_width,
               job->block_width * sizeof *blocks);
    }
}

void tg_ref_store_rows(uint32_t *cells, size_t height, const uint32_t *rows, size_t width,
                       size_t first_row, size_t nb_rows)
{
    for (size_t column = 0; column < width; column++) {
        uint32_t *to = cells + column * height + first_row;
        for (size_t i = 0; i < nb_rows; i++) {
            to[i] = tg_ref_to_word(rows[i * width + column]);
        }
    }
}

static void make_tile(ref_job *job, size_t thread, size_t first_row)
{
    const size_t nb_rows =
        job->height - first_row < TILE_ROWS ? job->height - first_row : TILE_ROWS;
    const size_t first_block = first_row * job->trace->events_per_row;
    const size_t nb_blocks = nb_rows * job->trace->events_per_row;
    const size_t nb_left = first_block < job->nb_eventful ? job->nb_eventful - first_block : 0;
    const size_t nb_eventful = nb_left < nb_blocks ? nb_left : nb_blocks;
    unsigned char *decoded = job->decoded + thread * job->decoded_bytes;
    uint32_t *blocks = job->blocks + thread * job->blocks_words;
    fill_eventful(blocks, job, decoded, first_block, nb_eventful);
    fill_padding(blocks + nb_eventful * job->block_width, job, first_block + nb_eventful,
                 nb_blocks - nb_eventful);
    if (job->cells != NULL)
        tg_ref_store_rows(job->cells, job->height, blocks, job->width, first_row, nb_rows);
}

tg_status tg_ref_event_error(tg_error *error, const tg_trace *trace, size_t event,
                             const char *fault)
{
    tg_error_set(error, TG_ERR_EVENT, "event %zu of %s: %s", event, trace->name, fault);
    tg_error_how(error, "mend the event or leave it out: 'tracegate describe %s' lists its fields",
                 trace->name);
    return TG_ERR_EVENT;
}

static tg_status job_run(ref_job *job, tg_error *error)
{
#pragma omp parallel for num_threads((int)job->nb_threads) schedule(static)
    for (size_t first_row = 0; first_row < job->height; first_row += TILE_ROWS) {
        make_tile(job, (size_t)omp_get_thread_num(), first_row);
    }
    if (job->fault == NULL) return TG_OK;
    return tg_ref_event_error(error, job->trace, job->bad_event, job->fault);
}

/* Make a trace row by row; without cells, only look at the events. */
static tg_status run_rows(uint32_t *cells, const tg_ref_generator *generator, const tg_trace *trace,
                          size_t height, const void *events, size_t nb_events, tg_error *error)
{
    const size_t nb_tiles = (height + TILE_ROWS - 1) / TILE_ROWS;
    size_t nb_threads = (size_t)omp_get_max_threads();
    if (nb_threads > nb_tiles) nb_threads = nb_tiles != 0 ? nb_tiles : 1;
    ref_job job = {
        .cells = cells,
        .generator = generator,
        .trace = trace,
        .height = height,
        .events = events,
        .event_size = tg_trace_event_size(trace),
        .width = tg_trace_width(trace),
        .block_width = tg_trace_width(trace) / trace->events_per_row,
        .nb_slots = trace->events_per_row * trace->rows_per_event,
        .nb_eventful = tg_trace_nb_events_used(trace, nb_events) * trace->rows_per_event,
        .nb_threads = nb_threads,
        .bad_event = SIZE_MAX,
    };
    tg_status status = job_prepare(&job, error);
    if (status == TG_OK) status = job_run(&job, error);
    job_clear(&job);
    return status;
}

tg_status tg_ref_make(const tg_product *out, const tg_ref_generator *generator,
                      const tg_request *request, tg_error *error)
{
    const tg_status status =
        tg_trace_check_height(request->trace, request->nb_events, request->height, error);
    if (status != TG_OK) return status;
    if (generator->fill != NULL) return generator->fill(out, request, error);
    return run_rows(out->cells, generator, request->trace, request->height, request->events,
                    request->nb_events, error);
}

tg_status tg_ref_check_events(const tg_ref_generator *generator, const tg_trace *trace,
                              const void *events, size_t nb_events, tg_error *error)
{
    if (!generator->checks_ignored) return TG_OK;
    // It is row that looks at fields which the trace does not depend on; fill has its own say.
    TG_VERIFY_CHECK(generator->row != NULL && generator->fill == NULL);
    size_t height = 0;
    const tg_status status = tg_trace_height(trace, nb_events, 0, &height, error);
    if (status != TG_OK) return status;
    return run_rows(NULL, generator, trace, height, events, nb_events, error);
}
