/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Side outputs: their sizes, names and memory. */
#include "model/byte_lookups.h"
#include "model/memory.h"
#include "model/trace.h"

#include <stdio.h>

size_t tg_side_nb_words(const tg_side *side)
{
    switch (side->form) {
    case TG_SIDE_WORDS:
        return side->words->size / sizeof(uint32_t);
    case TG_SIDE_BYTE_LOOKUPS:
        return TG_NB_BYTE_LOOKUPS;
    }
    return 0;
}

size_t tg_trace_nb_side_words(const tg_trace *trace)
{
    size_t nb_words = 0;
    for (size_t i = 0; i < trace->nb_sides; i++) nb_words += tg_side_nb_words(&trace->sides[i]);
    return nb_words;
}

const char *tg_side_word_name(char *name, const tg_side *side, size_t word)
{
    if (side->form == TG_SIDE_WORDS)
        return tg_type_leaf_name(name, TG_NAME_BYTES, side->words, word);
    tg_byte_lookup lookup;
    if (tg_byte_lookup_at(&lookup, word)) {
        (void)snprintf(name, TG_NAME_BYTES, "%s a %u, b %u, c %u", tg_byte_op_name(lookup.op),
                       (unsigned)lookup.a, (unsigned)lookup.b, (unsigned)lookup.c);
    } else {
        (void)snprintf(name, TG_NAME_BYTES, "counter %zu, where no lookup is", word);
    }
    return name;
}

tg_status tg_product_create(tg_product *product, const tg_trace *trace, size_t height,
                            tg_error *error)
{
    *product = (tg_product){.cells = NULL};
    size_t nb_cells = 0;
    void *words = NULL;
    tg_status status = tg_size_multiply(&nb_cells, height, tg_trace_width(trace), error);
    if (status == TG_OK) status = tg_buffer_create(&words, nb_cells, sizeof(uint32_t), error);
    product->cells = words;
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status =
            tg_buffer_create(&words, tg_side_nb_words(&trace->sides[i]), sizeof(uint32_t), error);
        product->sides[i] = words;
    }
    if (status != TG_OK) tg_product_destroy(product);
    return status;
}

void tg_product_destroy(tg_product *product)
{
    tg_buffer_destroy(product->cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) tg_buffer_destroy(product->sides[i]);
    *product = (tg_product){.cells = NULL};
}

uint32_t tg_request_max_candidates(const tg_request *request)
{
    const uint32_t most = request->trace->max_candidates;
    return request->max_candidates != 0 && request->max_candidates < most ? request->max_candidates
                                                                          : most;
}
