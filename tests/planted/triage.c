/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage of a planted bug: of the first draw of the gate that shows it, or, if none does, of the
 * first record. For the key alone, also of the first draw with another seed, and, where that is
 * wanted, of the first record: the same bug must have the same key wherever it is met.
 */
#include "bench.h"

#include "harness/gate_cases.h"
#include "harness/triage.h"

#include <string.h>
#include <time.h>

/* The other seed; any other than the gate's. */
#define OTHER_SEED UINT64_C(0x5eed)

/* Cells that shrinking may make for the key alone. Bugs that need most of what is allowed take ten
 * seconds; a key is to be the same however far shrinking has come, and is with an eighth. */
#define KEY_MAX_CELLS (TG_TRIAGE_MAX_CELLS / 8)

/* The search for a case that shows the bug. */
typedef struct search {
    bench *work;
    const tg_backend *reference;
    planted_triage *triage;
    char *key; /* TG_KEY_BYTES, to be taken alone; NULL: all is */
    bool is_found;
    double start_s; /* of triage at hand */
} search;

static double cpu_s(void)
{
    struct timespec now = {.tv_sec = 0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void keep_causes(tg_cause kept[2], const tg_causes *causes)
{
    for (size_t i = 0; i < 2; i++) {
        kept[i] = i < causes->nb ? causes->list[i].cause : TG_NB_CAUSES;
    }
}

static void keep(planted_triage *kept, const tg_case *work, const tg_triage *triage)
{
    (void)snprintf(kept->source, sizeof kept->source, "%.*s", (int)sizeof kept->source - 1,
                   work->source);
    kept->nb_events = work->nb_events;
    kept->nb_smallest = triage->smallest.nb_events;
    kept->nb_runs = triage->nb_runs;
    kept->is_cut = triage->is_cut;
    keep_causes(kept->whole, &triage->causes);
    keep_causes(kept->smallest, &triage->smallest_causes);
    const tg_prediction *said = &triage->prediction;
    (void)snprintf(kept->property, sizeof kept->property, "%s", said->property);
    kept->is_property_exact = said->nb_right_with == 0 && said->nb_wrong_with == said->nb_wrong;
    (void)snprintf(kept->key, sizeof kept->key, "%s", triage->key.text);
}

/* Triage a case of the gate, if it shows the bug. */
static tg_status visit(void *context, const tg_case *work, tg_error *error)
{
    search *look = context;
    if (look->is_found) return TG_OK;
    tg_case own = *work;
    own.subject.plan = &look->work->library.plan;
    const tg_triage_options options = {.expected = look->reference,
                                       .actual = &look->work->host,
                                       .max_cells = look->key != NULL ? KEY_MAX_CELLS : 0};
    tg_triage triage;
    look->start_s = cpu_s();
    const tg_status status = tg_triage_run(&triage, &own, &options, error);
    if (status != TG_OK) return status;
    if (!triage.is_match) {
        look->is_found = true;
        if (look->key != NULL) {
            (void)snprintf(look->key, TG_KEY_BYTES, "%s", triage.key.text);
        } else {
            look->triage->cpu_s = cpu_s() - look->start_s;
            keep(look->triage, &own, &triage);
        }
    }
    tg_triage_clear(&triage);
    return TG_OK;
}

static bool skips(void *context, __attribute__((unused)) const tg_trace *trace)
{
    const search *look = context;
    return look->is_found;
}

/* Triage the first case that shows the bug, of draws or of records.
 * key  TG_KEY_BYTES, for the key alone; NULL: all is kept */
static tg_status triage_first(planted_trial *trial, char *key, bench *work,
                              const tg_backend *reference, const tg_gate_options *options,
                              tg_error *error)
{
    search look = {.work = work, .reference = reference, .triage = &trial->triage, .key = key};
    const tg_gate_visitor visitor = {.skips = skips, .visit = visit, .context = &look};
    const tg_status status = tg_gate_visit(options, &visitor, error);
    if (look.is_found) trial->outcome = PLANTED_FOUND;
    return status;
}

static tg_status triage_all(planted_trial *trial, bench *work, const tg_backend *reference,
                            const planted_bug *bug, const planted_folders *folders, tg_error *error)
{
    tg_gate_options drawn = bench_gate_options(work, folders);
    tg_gate_options recorded = drawn;
    drawn.corpus = NULL;
    recorded.seeded = false;
    trial->outcome = PLANTED_MISSED;
    tg_status status = triage_first(trial, NULL, work, reference, &drawn, error);
    if (status == TG_OK && trial->outcome == PLANTED_MISSED)
        status = triage_first(trial, NULL, work, reference, &recorded, error);
    if (status != TG_OK || trial->outcome == PLANTED_MISSED) return status;
    drawn.seed = OTHER_SEED;
    status = triage_first(trial, trial->triage.other_key, work, reference, &drawn, error);
    if (status == TG_OK && bug->wants_record_key)
        status = triage_first(trial, trial->triage.record_key, work, reference, &recorded, error);
    return status;
}

tg_status bench_triage(planted_trial *trial, bench *work, const planted_bug *bug,
                       const planted_folders *folders, tg_error *error)
{
    // Right kernels show nothing in the gate: another way sees to that.
    if (bug->is_unpatched) return TG_OK;
    tg_backend reference;
    const tg_backend_ops *ops = NULL;
    tg_status status = tg_backend_find(&ops, "reference", error);
    if (status == TG_OK) status = tg_backend_open(&reference, ops, error);
    if (status != TG_OK) return status;
    status = triage_all(trial, work, &reference, bug, folders, error);
    tg_backend_close(&reference);
    return status;
}
