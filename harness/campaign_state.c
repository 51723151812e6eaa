/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign's state file: JSON, written whole or not at all (files/output.h). Its last value is a
 * hash over all the others, so that what is read is known to be what was written. */
#include "harness/campaign_internal.h"

#include "files/output.h"
#include "model/fnv.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Text that grows. */
typedef struct text {
    char *bytes; /* nb_used of them */
    size_t nb_used;
    size_t nb_taken;
    bool has_failed; /* there was no memory for all of it */
} text;

/* Bytes that a text takes first. */
#define FIRST_BYTES ((size_t)16384)

static void put(text *to, const char *format, ...) TG_PRINTF(2, 3);
static void put(text *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) to->has_failed = true;
    if (to->has_failed) return;
    const size_t wanted = to->nb_used + (size_t)length + 1;
    if (wanted > to->nb_taken) {
        const size_t taken = wanted < FIRST_BYTES ? FIRST_BYTES : 2 * wanted;
        char *bytes = realloc(to->bytes, taken);
        to->has_failed = bytes == NULL;
        if (to->has_failed) return;
        to->bytes = bytes;
        to->nb_taken = taken;
    }
    va_start(arguments, format);
    to->nb_used +=
        (size_t)vsnprintf(to->bytes + to->nb_used, to->nb_taken - to->nb_used, format, arguments);
    va_end(arguments);
}

/* A text as a JSON string: a folder's name, which is UTF-8 (campaign_check_save), or plain. */
static void put_string(text *to, const char *string)
{
    put(to, "\"");
    for (const unsigned char *at = (const unsigned char *)string; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            put(to, "\\%c", *at);
        } else if (*at < 0x20) {
            put(to, "\\u%04x", *at);
        } else {
            put(to, "%c", *at);
        }
    }
    put(to, "\"");
}

/* Prose as a JSON string. What an error says may hold anything: only what is printable stays. */
static void put_prose(text *to, const char *prose)
{
    put(to, "\"");
    for (const char *at = prose; *at != '\0'; at++) {
        put(to, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at < ' ' || *at > '~' ? '?' : *at);
    }
    put(to, "\"");
}

static void put_trace(text *to, const tg_campaign_trace *row)
{
    put(to,
        "{\"trace\": \"%s\", \"batches\": %" PRIu64 ", \"events\": %" PRIu64 ", \"cells\": %" PRIu64
        ", \"findings\": %" PRIu64 ", \"pace\": %zu,\n     \"reached\": \"",
        tg_trace_at(row->index)->name, row->nb_batches, row->nb_events, row->nb_cells,
        row->nb_findings, tg_event_coverage_pace(row->coverage));
    for (size_t i = 0; i < tg_event_coverage_nb_groups(row->coverage); i++) {
        tg_coverage_group group;
        tg_event_coverage_group_at(&group, row->coverage, i);
        put(to, "%s%" PRIx64, i != 0 ? " " : "", group.reached);
    }
    put(to, "\"}");
}

static void put_causes(text *to, const tg_causes *causes)
{
    put(to, "\"causes\": [");
    for (size_t i = 0; i < causes->nb; i++) {
        const tg_cause_found *found = &causes->list[i];
        put(to, "%s{\"cause\": \"%s\", \"confidence\": %u, \"evidence\": ", i != 0 ? ", " : "",
            tg_cause_id(found->cause), found->confidence);
        put_prose(to, found->evidence);
        put(to, "}");
    }
    put(to, "]");
}

static void put_prediction(text *to, const tg_prediction *prediction)
{
    put(to, "\"property\": ");
    put_prose(to, prediction->property);
    put(to, ", \"wrong\": %zu, \"wrong_with\": %zu, \"right\": %zu, \"right_with\": %zu",
        prediction->nb_wrong, prediction->nb_wrong_with, prediction->nb_right,
        prediction->nb_right_with);
}

static void put_finding(text *to, const tg_campaign_finding *finding)
{
    put(to, "{\"trace\": \"%s\", \"key\": ", tg_trace_at(finding->index)->name);
    put_string(to, finding->key.text);
    put(to,
        ", \"batch\": %" PRIu64 ", \"batches\": %" PRIu64
        ", \"events\": %zu, \"height\": %zu, \"fixed_height\": %zu, \"grid\": %" PRIu32
        ", \"block\": %" PRIu32
        ",\n     \"once\": %d, \"cut\": %d, \"unstable\": %d, \"done\": %d, ",
        finding->batch, finding->nb_batches, finding->nb_events, finding->height,
        finding->fixed_height, finding->launch.grid, finding->launch.block, finding->is_once,
        finding->is_cut, finding->is_unstable, finding->is_done);
    put_prediction(to, &finding->prediction);
    put(to, ",\n     ");
    put_causes(to, &finding->causes);
    put(to, ",\n     \"folder\": ");
    put_string(to, finding->folder);
    put(to, "}");
}

static void put_signatures(text *to, const tg_campaign *campaign)
{
    put(to, "\"signatures\": [");
    for (size_t i = 0; i < campaign->nb_signatures; i++) {
        put(to, "%s\n    [\"%016" PRIx64 "\", %zu]", i != 0 ? "," : "",
            campaign->signatures[i].hash, campaign->signatures[i].finding);
    }
    put(to, "],\n");
}

/* Everything but the hash and the end. */
static void put_state(text *to, const tg_campaign *campaign)
{
    put(to,
        "{\n\"campaign\": %d,\n\"seed\": \"%" PRIx64
        "\",\n\"expected\": \"%s\",\n\"actual\": \"%s\",\n\"batches\": %" PRIu64
        ",\n\"events\": %" PRIu64 ",\n\"cells\": %" PRIu64 ",\n\"side_words\": %" PRIu64
        ",\n\"findings\": %" PRIu64 ",\n\"traces\": [\n    ",
        CAMPAIGN_VERSION, campaign->seed, campaign->expected->name, campaign->actual->name,
        campaign->nb_batches, campaign->nb_events, campaign->nb_cells, campaign->nb_side_words,
        campaign->nb_findings);
    for (size_t i = 0; i < campaign->nb_traces; i++) {
        if (i != 0) put(to, ",\n    ");
        put_trace(to, &campaign->traces[i]);
    }
    put(to, "],\n\"kept\": [");
    for (size_t i = 0; i < campaign->nb_kept; i++) {
        put(to, i != 0 ? ",\n    " : "\n    ");
        put_finding(to, &campaign->kept[i]);
    }
    put(to, "],\n");
    if (campaign->kernels[0] != '\0') {
        put(to, "\"kernels\": ");
        put_string(to, campaign->kernels);
        put(to, ",\n");
    }
    put_signatures(to, campaign);
}

tg_status campaign_state_render(char **bytes, size_t *nb_bytes, uint64_t *hash,
                                const tg_campaign *campaign, tg_error *error)
{
    text state = {.bytes = NULL};
    put_state(&state, campaign);
    *hash = 0;
    if (!state.has_failed) *hash = tg_fnv(TG_FNV_START, state.bytes, state.nb_used);
    put(&state, "\"hash\": \"%016" PRIx64 "\"\n}\n", *hash);
    *bytes = state.bytes;
    *nb_bytes = state.nb_used;
    if (!state.has_failed) return TG_OK;
    free(state.bytes);
    *bytes = NULL;
    tg_error_set(error, TG_ERR_MEMORY, "no memory for the state of the campaign");
    tg_error_how(error, "use a machine with more memory");
    return TG_ERR_MEMORY;
}

tg_status campaign_state_write(const tg_campaign *campaign, const char *path, tg_error *error)
{
    char *bytes = NULL;
    size_t nb_bytes = 0;
    uint64_t hash = 0;
    tg_output output;
    tg_status status = campaign_state_render(&bytes, &nb_bytes, &hash, campaign, error);
    if (status != TG_OK) return status;
    status = tg_output_open(&output, path, error);
    if (status == TG_OK) {
        status = tg_output_write(&output, bytes, nb_bytes, error);
        if (status == TG_OK) {
            status = tg_output_commit(&output, error);
        } else {
            tg_output_discard(&output);
        }
    }
    free(bytes);
    return status;
}
