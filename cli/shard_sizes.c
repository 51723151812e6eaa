/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/shard_sizes.h"

#include "pipeline/jagged.h"
#include "pipeline/record_inputs.h"

#include <string.h>

/* What is asked of a shard. */
typedef struct sizes {
    const tg_shard *shard;
    tg_inputs *inputs[TG_NB_KINDS]; /* planned; NULL: the record has none of the kind */
    /* What is above --max-log-rows. */
    char name[TG_NAME_BYTES + 16]; /* of the first trace */
    size_t rows;                   /* of it */
    size_t nb_above;
    unsigned needed_log; /* that all traces fit; at least what is allowed */
    /* What the jagged form needs. */
    size_t nb_program_words;
    size_t nb_words;
} sizes;

/* What a chip's trace is called in a record. */
static const char *trace_name(const tg_machine *machine, size_t chip, tg_kind kind)
{
    const tg_trace *trace = tg_machine_trace(machine, chip, kind);
    return trace != NULL ? trace->name : machine->chips[chip].name;
}

/* Heights of record and program of a recursion machine are those of one program. */
static tg_status check_heights(const sizes *of, tg_error *error)
{
    const tg_machine *machine = of->shard->machine;
    const tg_inputs *program = of->inputs[TG_KIND_preprocessed];
    const tg_inputs *record = of->inputs[TG_KIND_main];
    size_t first = 0;
    size_t nb_wrong = 0;
    if (machine->is_riscv || program == NULL) return TG_OK;
    for (size_t i = machine->nb_chips; i-- > 0;) {
        const size_t chip = machine->by_name[i];
        if (!program->chips[chip].is_included || !record->chips[chip].is_included ||
            program->chips[chip].height == record->chips[chip].height)
            continue;
        first = chip;
        nb_wrong++;
    }
    if (nb_wrong == 0) return TG_OK;
    char more[64] = "";
    if (nb_wrong > 1)
        (void)snprintf(more, sizeof more, "; %zu other chip%s disagree%s, too", nb_wrong - 1,
                       nb_wrong == 2 ? "" : "s", nb_wrong == 2 ? "s" : "");
    tg_error_set(error, TG_ERR_HEIGHT,
                 "%s has %zu rows in the record and %zu in the program: they do not belong "
                 "together%s",
                 machine->chips[first].name, record->chips[first].height,
                 program->chips[first].height, more);
    tg_error_where(error, "%s/record.json", of->shard->record.path);
    tg_error_how(error,
                 "\"height\" of %.64s and of %.64s in \"traces\" must be the same: record both "
                 "from one program",
                 trace_name(machine, first, TG_KIND_main),
                 trace_name(machine, first, TG_KIND_preprocessed));
    return TG_ERR_HEIGHT;
}

/* Lookups that are left to the jagged form are missing where it is not made. */
static tg_status check_lookups(const sizes *of, tg_error *error)
{
    if (of->shard->capacity != 0 || !of->inputs[TG_KIND_main]->global_dependencies_opt)
        return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "the record leaves lookups of its global events out "
                 "(\"global_dependencies_opt\"), which these traces would lack");
    tg_error_where(error, "%s/record.json", of->shard->record.path);
    tg_error_how(error, "only 'tracegate generate --jagged' takes it: the jagged form adds them");
    return TG_ERR_USAGE;
}

/* Count the traces of a kind that have too many rows. */
static void count_rows(sizes *of, tg_kind kind)
{
    const tg_machine *machine = of->shard->machine;
    for (size_t i = 0; i < machine->nb_chips && of->inputs[kind] != NULL; i++) {
        const size_t chip = machine->by_name[i];
        const tg_chip_input *input = &of->inputs[kind]->chips[chip];
        if (!input->is_included || input->height <= (size_t)1 << of->shard->max_log_rows) continue;
        if (of->nb_above++ == 0) {
            (void)snprintf(of->name, sizeof of->name, "%s.%s", machine->chips[chip].name,
                           tg_kind_name(kind));
            of->rows = input->height;
        }
        while (input->height > (size_t)1 << of->needed_log) {
            of->needed_log++;
        }
    }
}

static tg_status measure(sizes *of, tg_error *error)
{
    const tg_jagged_shape shape = {.log_stacking_height = of->shard->machine->log_stacking_height,
                                   .max_log_row_count = of->needed_log};
    if (of->shard->capacity == 0) return TG_OK;
    if (of->inputs[TG_KIND_preprocessed] == NULL) {
        tg_error_set(error, TG_ERR_USAGE,
                     "--jagged: the record has no preprocessed traces, which come first in it");
        tg_error_how(error, "take a record with its program, or leave out --jagged");
        return TG_ERR_USAGE;
    }
    return tg_jagged_measure(&of->nb_program_words, &of->nb_words, &shape,
                             of->inputs[TG_KIND_preprocessed], of->inputs[TG_KIND_main], error);
}

/* Say all that does not fit. */
static tg_status judge(const sizes *of, tg_error *error)
{
    char rows[160] = "";
    char words[128] = "";
    char how[128] = "";
    const bool are_words_above = of->nb_words > of->shard->capacity;
    if (of->nb_above == 0 && !are_words_above) return TG_OK;
    if (of->nb_above != 0) {
        (void)snprintf(rows, sizeof rows, "%.60s has %zu rows, above the 2^%u of --max-log-rows",
                       of->name, of->rows, of->shard->max_log_rows);
        (void)snprintf(how, sizeof how, "--max-log-rows %u", of->needed_log);
    }
    if (of->nb_above > 1)
        (void)snprintf(rows + strlen(rows), sizeof rows - strlen(rows),
                       ", as %zu other trace%s ha%s", of->nb_above - 1,
                       of->nb_above == 2 ? "" : "s", of->nb_above == 2 ? "s" : "ve");
    if (are_words_above) {
        (void)snprintf(words, sizeof words,
                       "the jagged form needs %zu words, of which %zu preprocessed, and has a "
                       "capacity of %zu",
                       of->nb_words, of->nb_program_words, of->shard->capacity);
        (void)snprintf(how + strlen(how), sizeof how - strlen(how), "%s--capacity %zu",
                       how[0] != '\0' ? " and " : "", of->nb_words);
    }
    const tg_status status = of->nb_above != 0 ? TG_ERR_HEIGHT : TG_ERR_SIZE;
    tg_error_set(error, status, "%s%s%s", rows, of->nb_above != 0 && are_words_above ? "; " : "",
                 words);
    tg_error_how(error, "give %s", how);
    return status;
}

tg_status tg_shard_check_sizes(const tg_shard *shard, tg_error *error)
{
    sizes of = {.shard = shard, .needed_log = shard->max_log_rows};
    tg_status status = TG_OK;
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        if (kind == TG_KIND_preprocessed && !shard->has_program) continue;
        status =
            tg_inputs_plan_record(&of.inputs[kind], shard->machine, kind, &shard->record, error);
    }
    if (status == TG_OK) status = check_heights(&of, error);
    if (status == TG_OK) status = check_lookups(&of, error);
    for (tg_kind kind = 0; kind < TG_NB_KINDS && status == TG_OK; kind++) {
        count_rows(&of, kind);
    }
    if (status == TG_OK) status = measure(&of, error);
    if (status == TG_OK) status = judge(&of, error);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (of.inputs[kind] != NULL) of.inputs[kind]->destroy(of.inputs[kind]);
    }
    return status;
}
