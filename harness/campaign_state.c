/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign's state file: JSON, written whole or not at all (files/output.h). What was read must
 * be what was written: a hash over all of its values is its last one. */
#include "harness/campaign_internal.h"

#include "files/json.h"
#include "files/output.h"
#include "model/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Version of the file, and of the batches: one that draws others must not go on with it. */
#define VERSION 1

/* Largest number in a file: what JSON readers take for an integer. */
#define MAX_NUMBER ((size_t)INT64_MAX)

/* Letters of a 64-bit number in hexadecimal, with the end. */
#define HEX_BYTES 17

#define HOW "restore the file, or begin a new campaign, without --resume"

/* ---- writing ---- */

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

/* A text as a JSON string; paths may hold anything that is UTF-8. */
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

static void put_finding(text *to, const tg_campaign_finding *finding)
{
    put(to,
        "{\"trace\": \"%s\", \"cause\": \"%s\", \"batch\": %" PRIu64 ", \"batches\": %" PRIu64
        ", \"events\": %zu, \"grid\": %" PRIu32 ", \"block\": %" PRIu32 ", \"key\": ",
        tg_trace_at(finding->index)->name, tg_campaign_cause_name(finding->cause), finding->batch,
        finding->nb_batches, finding->nb_events, finding->launch.grid, finding->launch.block);
    put_string(to, finding->key);
    put(to, ", \"folder\": ");
    put_string(to, finding->folder);
    put(to, "}");
}

/* Everything but the hash and the end. */
static void put_state(text *to, const tg_campaign *campaign)
{
    put(to,
        "{\n\"campaign\": %d,\n\"seed\": \"%" PRIx64
        "\",\n\"expected\": \"%s\",\n\"actual\": \"%s\",\n\"batches\": %" PRIu64
        ",\n\"events\": %" PRIu64 ",\n\"cells\": %" PRIu64 ",\n\"side_words\": %" PRIu64
        ",\n\"findings\": %" PRIu64 ",\n\"traces\": [\n    ",
        VERSION, campaign->seed, campaign->expected->name, campaign->actual->name,
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
}

/* The state as text, its hash, and the end; to be freed.
 * hash  of what comes before it */
static tg_status render(text *to, uint64_t *hash, const tg_campaign *campaign, tg_error *error)
{
    *to = (text){.bytes = NULL};
    put_state(to, campaign);
    if (!to->has_failed) *hash = tg_fnv(TG_FNV_START, to->bytes, to->nb_used);
    put(to, "\"hash\": \"%016" PRIx64 "\"\n}\n", *hash);
    if (!to->has_failed) return TG_OK;
    free(to->bytes);
    to->bytes = NULL;
    tg_error_set(error, TG_ERR_MEMORY, "no memory for the state of the campaign");
    tg_error_how(error, "use a machine with more memory");
    return TG_ERR_MEMORY;
}

tg_status campaign_state_write(const tg_campaign *campaign, const char *path, tg_error *error)
{
    text state;
    uint64_t hash = 0;
    tg_output output;
    tg_status status = render(&state, &hash, campaign, error);
    if (status != TG_OK) return status;
    status = tg_output_open(&output, path, error);
    if (status == TG_OK) {
        status = tg_output_write(&output, state.bytes, state.nb_used, error);
        if (status == TG_OK) {
            status = tg_output_commit(&output, error);
        } else {
            tg_output_discard(&output);
        }
    }
    free(state.bytes);
    return status;
}

/* ---- reading ---- */

static tg_status refuse(tg_error *error, const char *what)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_how(error, HOW);
    return TG_ERR_FORMAT;
}

static tg_status get_number(uint64_t *number, tg_json_value *object, const char *key,
                            tg_error *error)
{
    size_t value = 0;
    const tg_status status = tg_json_get_size(&value, object, key, 0, MAX_NUMBER, error);
    if (status == TG_OK) *number = value;
    return status;
}

/* A 64-bit number in hexadecimal. */
static bool parse_hex(uint64_t *number, const char *digits)
{
    const size_t length = strlen(digits);
    if (length == 0 || length >= HEX_BYTES || strspn(digits, "0123456789abcdef") != length)
        return false;
    *number = strtoull(digits, NULL, 16);
    return true;
}

static tg_status get_hex(uint64_t *number, tg_json_value *object, const char *key, tg_error *error)
{
    char digits[HEX_BYTES];
    const tg_status status = tg_json_get_text(digits, sizeof digits, object, key, error);
    if (status != TG_OK || parse_hex(number, digits)) return status;
    tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is no hexadecimal number", key);
    tg_error_how(error, HOW);
    return TG_ERR_FORMAT;
}

/* The trace of an object, by its name. */
static tg_status get_trace(size_t *index, tg_json_value *object, tg_error *error)
{
    char name[TG_NAME_BYTES];
    const tg_status status = tg_json_get_text(name, sizeof name, object, "trace", error);
    if (status != TG_OK) return status;
    for (*index = 0; *index < tg_nb_traces(); ++*index) {
        if (strcmp(tg_trace_at(*index)->name, name) == 0) return TG_OK;
    }
    tg_error_set(error, TG_ERR_FORMAT, "\"trace\" is %s, which no chip here has", name);
    tg_error_how(error, HOW);
    return TG_ERR_FORMAT;
}

static tg_status get_backend(const tg_backend_ops **ops, tg_json_value *root, const char *key,
                             tg_error *error)
{
    char name[TG_NAME_BYTES];
    tg_status status = tg_json_get_text(name, sizeof name, root, key, error);
    if (status == TG_OK) status = tg_backend_find(ops, name, error);
    if (status == TG_ERR_USAGE) {
        tg_error_how(error, HOW);
        return TG_ERR_FORMAT;
    }
    if (status == TG_OK && !(*ops)->generates)
        return refuse(error, "a backend of the campaign makes no traces");
    return status;
}

/* Mark the sets of classes that a text lists: one for each group, a space between two. */
static bool mark_reached(tg_event_coverage *coverage, char *sets)
{
    const size_t nb_groups = tg_event_coverage_nb_groups(coverage);
    for (size_t i = 0; i < nb_groups; i++) {
        char *end = strchr(sets, ' ');
        if ((end == NULL) != (i + 1 == nb_groups)) return false;
        if (end != NULL) *end = '\0';
        uint64_t reached = 0;
        if (!parse_hex(&reached, sets) || !tg_event_coverage_mark(coverage, i, reached))
            return false;
        if (end != NULL) sets = end + 1;
    }
    return true;
}

/* What was reached of a trace. */
static tg_status get_reached(tg_event_coverage *coverage, tg_json_value *object, tg_error *error)
{
    void *reached = NULL;
    const size_t size = tg_event_coverage_nb_groups(coverage) * HEX_BYTES + 1;
    tg_status status = tg_buffer_create(&reached, size, 1, error);
    if (status == TG_OK) status = tg_json_get_text(reached, size, object, "reached", error);
    if (status == TG_OK && !mark_reached(coverage, reached))
        status = refuse(error, "\"reached\" is not of the classes of this trace");
    tg_buffer_destroy(reached);
    return status;
}

static tg_status get_row(tg_campaign_trace *row, tg_json_value *object, tg_error *error)
{
    uint64_t pace = 0;
    tg_status status = get_number(&row->nb_batches, object, "batches", error);
    if (status == TG_OK) status = get_number(&row->nb_events, object, "events", error);
    if (status == TG_OK) status = get_number(&row->nb_cells, object, "cells", error);
    if (status == TG_OK) status = get_number(&row->nb_findings, object, "findings", error);
    if (status == TG_OK) status = get_number(&pace, object, "pace", error);
    if (status == TG_OK && !tg_event_coverage_set_pace(row->coverage, (size_t)pace))
        status = refuse(error, "\"pace\" is beyond what there is");
    if (status == TG_OK) status = get_reached(row->coverage, object, error);
    return status;
}

static tg_status get_traces(tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    tg_json_value *rows = NULL;
    size_t nb_rows = 0;
    void *buffer = NULL;
    tg_status status = tg_json_get_array(&rows, &nb_rows, root, "traces", error);
    if (status != TG_OK) return status;
    if (nb_rows == 0 || nb_rows > tg_nb_traces())
        return refuse(error, "\"traces\" is empty, or lists more than there are");
    status = tg_buffer_create(&buffer, nb_rows, sizeof(size_t), error);
    size_t *indices = buffer;
    for (size_t i = 0; i < nb_rows && status == TG_OK; i++) {
        status = get_trace(&indices[i], tg_json_element(rows, i), error);
        if (status == TG_OK && i != 0 && indices[i] <= indices[i - 1])
            status = refuse(error, "\"traces\" is not in order");
    }
    if (status == TG_OK) status = campaign_lists_take(campaign, indices, nb_rows, error);
    tg_buffer_destroy(buffer);
    for (size_t i = 0; i < nb_rows && status == TG_OK; i++) {
        status = get_row(&campaign->traces[i], tg_json_element(rows, i), error);
    }
    return status;
}

static tg_status get_cause(tg_campaign_cause *cause, tg_json_value *object, tg_error *error)
{
    char name[TG_NAME_BYTES];
    const tg_status status = tg_json_get_text(name, sizeof name, object, "cause", error);
    if (status != TG_OK) return status;
    for (*cause = 0; *cause < TG_NB_CAMPAIGN_CAUSES; ++*cause) {
        if (strcmp(tg_campaign_cause_name(*cause), name) == 0) return TG_OK;
    }
    return refuse(error, "\"cause\" is none that there is");
}

static tg_status get_finding(tg_campaign_finding *finding, tg_json_value *object, tg_error *error)
{
    size_t grid = 0;
    size_t block = 0;
    tg_status status = get_trace(&finding->index, object, error);
    if (status == TG_OK) status = get_cause(&finding->cause, object, error);
    if (status == TG_OK) status = get_number(&finding->batch, object, "batch", error);
    if (status == TG_OK) status = get_number(&finding->nb_batches, object, "batches", error);
    if (status == TG_OK)
        status = tg_json_get_size(&finding->nb_events, object, "events", 0, MAX_NUMBER, error);
    if (status == TG_OK) status = tg_json_get_size(&grid, object, "grid", 0, UINT32_MAX, error);
    if (status == TG_OK) status = tg_json_get_size(&block, object, "block", 0, UINT32_MAX, error);
    if (status == TG_OK)
        status = tg_json_get_text(finding->key, sizeof finding->key, object, "key", error);
    if (status == TG_OK)
        status = tg_json_get_text(finding->folder, sizeof finding->folder, object, "folder", error);
    finding->launch = (tg_launch){.grid = (uint32_t)grid, .block = (uint32_t)block};
    return status;
}

static tg_status get_findings(tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    tg_json_value *kept = NULL;
    size_t nb_kept = 0;
    tg_status status = tg_json_get_array(&kept, &nb_kept, root, "kept", error);
    if (status != TG_OK) return status;
    if (nb_kept > TG_CAMPAIGN_MAX_FINDINGS) return refuse(error, "\"kept\" lists too many");
    for (size_t i = 0; i < nb_kept && status == TG_OK; i++) {
        tg_campaign_finding *finding = &campaign->kept[i];
        memset(finding, 0, sizeof *finding);
        status = get_finding(finding, tg_json_element(kept, i), error);
        campaign->nb_kept += status == TG_OK;
    }
    return status;
}

/* The values must be those that were written. */
static tg_status check_hash(const tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    uint64_t written = 0;
    uint64_t hash = 0;
    text state = {.bytes = NULL};
    tg_status status = get_hex(&written, root, "hash", error);
    if (status == TG_OK) status = render(&state, &hash, campaign, error);
    if (status == TG_OK && written != hash)
        status = refuse(error, "the values are not those that were written: the hash over them is "
                               "another");
    free(state.bytes);
    return status;
}

static tg_status get_state(tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    size_t version = 0;
    if (!tg_json_has(root, "campaign")) return refuse(error, "this is no state of a campaign");
    tg_status status = tg_json_get_size(&version, root, "campaign", 0, UINT32_MAX, error);
    if (status == TG_OK && version != VERSION) {
        tg_error_set(error, TG_ERR_FORMAT, "\"campaign\" is %zu, and this program goes on with %d",
                     version, VERSION);
        tg_error_how(error, "use the version of tracegate that began the campaign");
        return TG_ERR_FORMAT;
    }
    if (status == TG_OK) status = get_hex(&campaign->seed, root, "seed", error);
    if (status == TG_OK) status = get_backend(&campaign->expected, root, "expected", error);
    if (status == TG_OK) status = get_backend(&campaign->actual, root, "actual", error);
    if (status == TG_OK) status = get_number(&campaign->nb_batches, root, "batches", error);
    if (status == TG_OK) status = get_number(&campaign->nb_events, root, "events", error);
    if (status == TG_OK) status = get_number(&campaign->nb_cells, root, "cells", error);
    if (status == TG_OK) status = get_number(&campaign->nb_side_words, root, "side_words", error);
    if (status == TG_OK) status = get_number(&campaign->nb_findings, root, "findings", error);
    if (status == TG_OK) status = get_traces(campaign, root, error);
    if (status == TG_OK) status = get_findings(campaign, root, error);
    if (status == TG_OK) status = check_hash(campaign, root, error);
    return status;
}

tg_status campaign_state_read(tg_campaign *campaign, const char *path, tg_error *error)
{
    tg_json json;
    tg_status status = tg_json_open(&json, path, error);
    if (status != TG_OK) {
        if (status == TG_ERR_FORMAT) tg_error_how(error, HOW);
        return status;
    }
    status = get_state(campaign, json.root, error);
    if (status != TG_OK) tg_error_where(error, "%s", path);
    tg_json_close(&json);
    return status;
}
