/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of a campaign's state file. What was read must be what was written: rendered again it has
 * the hash that stands at its end. */
#include "harness/campaign_internal.h"

#include "files/json.h"
#include "model/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Largest number in a file: what JSON readers take for an integer. */
#define MAX_NUMBER ((size_t)INT64_MAX)

/* Letters of a 64-bit number in hexadecimal, with the end. */
#define HEX_BYTES 17

#define HOW "restore the file, or begin a new campaign, without --resume"

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

static tg_status get_flag(bool *flag, tg_json_value *object, const char *key, tg_error *error)
{
    size_t value = 0;
    const tg_status status = tg_json_get_size(&value, object, key, 0, 1, error);
    if (status == TG_OK) *flag = value != 0;
    return status;
}

static tg_status get_causes(tg_causes *causes, tg_json_value *object, tg_error *error)
{
    tg_json_value *list = NULL;
    size_t nb = 0;
    tg_status status = tg_json_get_array(&list, &nb, object, "causes", error);
    if (status != TG_OK) return status;
    if (nb == 0 || nb > TG_MAX_CAUSES) return refuse(error, "\"causes\" lists none, or too many");
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        char id[TG_NAME_BYTES];
        size_t confidence = 0;
        tg_json_value *entry = tg_json_element(list, i);
        tg_cause_found *found = &causes->list[i];
        status = tg_json_get_text(id, sizeof id, entry, "cause", error);
        if (status == TG_OK && !tg_cause_find(&found->cause, id))
            status = refuse(error, "\"cause\" is none that there is");
        if (status == TG_OK)
            status = tg_json_get_size(&confidence, entry, "confidence", 0, 100, error);
        if (status == TG_OK)
            status = tg_json_get_prose(found->evidence, sizeof found->evidence, entry, "evidence",
                                       error);
        found->confidence = (unsigned)confidence;
    }
    causes->nb = nb;
    return status;
}

static tg_status get_prediction(tg_prediction *prediction, tg_json_value *object, tg_error *error)
{
    const struct {
        const char *key;
        size_t *value;
    } numbers[] = {{"wrong", &prediction->nb_wrong},
                   {"wrong_with", &prediction->nb_wrong_with},
                   {"right", &prediction->nb_right},
                   {"right_with", &prediction->nb_right_with}};
    tg_status status = tg_json_get_prose(prediction->property, sizeof prediction->property, object,
                                         "property", error);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == TG_OK; i++) {
        status = tg_json_get_size(numbers[i].value, object, numbers[i].key, 0, MAX_NUMBER, error);
    }
    return status;
}

static tg_status get_key(tg_key *key, tg_json_value *object, tg_error *error)
{
    char key_text[TG_KEY_BYTES];
    const tg_status status = tg_json_get_text(key_text, sizeof key_text, object, "key", error);
    if (status != TG_OK || tg_key_read(key, key_text)) return status;
    return refuse(error, "\"key\" is none of a failure");
}

/* The smallest case of a finding. */
static tg_status get_smallest(tg_campaign_finding *finding, tg_json_value *object, tg_error *error)
{
    size_t grid = 0;
    size_t block = 0;
    tg_status status =
        tg_json_get_size(&finding->nb_events, object, "events", 0, MAX_NUMBER, error);
    if (status == TG_OK)
        status = tg_json_get_size(&finding->height, object, "height", 0, MAX_NUMBER, error);
    if (status == TG_OK)
        status =
            tg_json_get_size(&finding->fixed_height, object, "fixed_height", 0, MAX_NUMBER, error);
    if (status == TG_OK) status = tg_json_get_size(&grid, object, "grid", 0, UINT32_MAX, error);
    if (status == TG_OK) status = tg_json_get_size(&block, object, "block", 0, UINT32_MAX, error);
    finding->launch = (tg_launch){.grid = (uint32_t)grid, .block = (uint32_t)block};
    return status;
}

static tg_status get_finding(tg_campaign_finding *finding, tg_json_value *object, tg_error *error)
{
    tg_status status = get_trace(&finding->index, object, error);
    if (status == TG_OK) status = get_key(&finding->key, object, error);
    if (status == TG_OK) status = get_number(&finding->batch, object, "batch", error);
    if (status == TG_OK) status = get_number(&finding->nb_batches, object, "batches", error);
    if (status == TG_OK) status = get_smallest(finding, object, error);
    if (status == TG_OK) status = get_flag(&finding->is_once, object, "once", error);
    if (status == TG_OK) status = get_flag(&finding->is_cut, object, "cut", error);
    if (status == TG_OK) status = get_flag(&finding->is_unstable, object, "unstable", error);
    if (status == TG_OK) status = get_flag(&finding->is_done, object, "done", error);
    if (status == TG_OK) status = get_prediction(&finding->prediction, object, error);
    if (status == TG_OK) status = get_causes(&finding->causes, object, error);
    if (status == TG_OK)
        status =
            tg_json_get_prose(finding->folder, sizeof finding->folder, object, "folder", error);
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

/* One signature and the finding that it led to. */
static tg_status get_signature(tg_campaign_signature *signature, tg_json_value *entry,
                               size_t nb_kept, tg_error *error)
{
    const tg_status status = tg_json_get_size_at(&signature->finding, entry, 1, "signatures", 0,
                                                 TG_CAMPAIGN_MAX_FINDINGS, error);
    if (status != TG_OK) return status;
    const bool is_place =
        signature->finding < nb_kept || signature->finding == TG_CAMPAIGN_MAX_FINDINGS;
    if (is_place && parse_hex(&signature->hash, tg_json_text_of(tg_json_element(entry, 0))))
        return TG_OK;
    return refuse(error, "\"signatures\" has one that is none, or of no finding");
}

static tg_status get_signatures(tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    tg_json_value *list = NULL;
    size_t nb = 0;
    tg_status status = tg_json_get_array(&list, &nb, root, "signatures", error);
    if (status != TG_OK) return status;
    if (nb > TG_CAMPAIGN_MAX_SIGNATURES) return refuse(error, "\"signatures\" lists too many");
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        status = get_signature(&campaign->signatures[i], tg_json_element(list, i),
                               campaign->nb_kept, error);
        campaign->nb_signatures += status == TG_OK;
    }
    return status;
}

/* The values must be those that were written. */
static tg_status check_hash(const tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    uint64_t written = 0;
    uint64_t hash = 0;
    char *bytes = NULL;
    size_t nb_bytes = 0;
    tg_status status = get_hex(&written, root, "hash", error);
    if (status == TG_OK) status = campaign_state_render(&bytes, &nb_bytes, &hash, campaign, error);
    if (status == TG_OK && written != hash)
        status = refuse(error, "the values are not those that were written: the hash over them is "
                               "another");
    free(bytes);
    return status;
}

static tg_status get_state(tg_campaign *campaign, tg_json_value *root, tg_error *error)
{
    size_t version = 0;
    if (!tg_json_has(root, "campaign")) return refuse(error, "this is no state of a campaign");
    tg_status status = tg_json_get_size(&version, root, "campaign", 0, UINT32_MAX, error);
    if (status == TG_OK && version != CAMPAIGN_VERSION) {
        tg_error_set(error, TG_ERR_FORMAT, "\"campaign\" is %zu, and this program goes on with %d",
                     version, CAMPAIGN_VERSION);
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
    if (status == TG_OK && tg_json_has(root, "kernels"))
        status =
            tg_json_get_text(campaign->kernels, sizeof campaign->kernels, root, "kernels", error);
    if (status == TG_OK) status = get_signatures(campaign, root, error);
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
