/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The document: recipe, traces, notes, verdict, sums. Findings have files of their own. */
#include "harness/document_internal.h"

#include "model/memory.h"

#include <omp.h>
#include <string.h>
#include <sys/utsname.h>

/* Bytes of a processor's name with its end. */
#define CPU_BYTES 128

const char *tg_verdict_name(tg_verdict verdict)
{
    static const char *const names[] = {
#define VERDICT_NAME(constant, name) [constant] = (name),
        TG_VERDICT_LIST(VERDICT_NAME)
#undef VERDICT_NAME
    };
    return names[verdict];
}

/* ---- the recipe ---- */

void document_put_optional(tg_json_tree *tree, tg_json_node *parent, const char *key, bool is_known,
                           uint64_t count)
{
    if (is_known) {
        tg_json_put_count(tree, parent, key, count);
    } else {
        tg_json_put_null(tree, parent, key);
    }
}

void document_put_launch(tg_json_tree *tree, tg_json_node *parent, const char *key,
                         const tg_launch *launch)
{
    if (launch->grid == 0 && launch->block == 0) {
        tg_json_put_null(tree, parent, key);
        return;
    }
    tg_json_node *shape = tg_json_put_object(tree, parent, key);
    document_put_optional(tree, shape, "grid", launch->grid != 0, launch->grid);
    document_put_optional(tree, shape, "block", launch->block != 0, launch->block);
}

static void put_seed(tg_json_tree *tree, tg_json_node *made, const tg_recipe *recipe)
{
    char seed[32];
    (void)snprintf(seed, sizeof seed, "0x%llx", (unsigned long long)recipe->seed);
    tg_json_put_text(tree, made, "seed", recipe->has_seed ? seed : NULL);
}

static void put_recipe(tg_json_tree *tree, const tg_recipe *recipe)
{
    tg_json_node *made = tg_json_put_object(tree, tree->root, "recipe");
    tg_json_put_text(tree, made, "verb", recipe->verb != NULL ? recipe->verb : "");
    tg_json_put_text(tree, made, "command", recipe->command);
    put_seed(tree, made, recipe);
    tg_json_put_text(tree, made, "profile", recipe->profile);
    document_put_optional(tree, made, "nb_events", recipe->nb_events != 0, recipe->nb_events);
    tg_json_put_text(tree, made, "expected", recipe->expected);
    tg_json_node *actuals = tg_json_put_array(tree, made, "actuals");
    for (size_t i = 0; i < recipe->nb_actuals; i++) {
        tg_json_put_text(tree, actuals, NULL, recipe->actuals[i]);
    }
    document_put_launch(tree, made, "launch", &recipe->launch);
    tg_json_put_count(tree, made, "nb_records", recipe->nb_records);
    if (recipe->shard_total == 0) {
        tg_json_put_null(tree, made, "shard");
        return;
    }
    tg_json_node *shard = tg_json_put_object(tree, made, "shard");
    tg_json_put_count(tree, shard, "index", recipe->shard_index);
    tg_json_put_count(tree, shard, "total", recipe->shard_total);
}

/* The processor's name as Linux tells it; elsewhere the machine's kind. */
static const char *cpu_name(char name[CPU_BYTES])
{
    struct utsname system;
    (void)snprintf(name, CPU_BYTES, "%s", uname(&system) == 0 ? system.machine : "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) return name;
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        const char *value = strchr(line, ':');
        if (strncmp(line, "model name", strlen("model name")) != 0 || value == NULL) continue;
        value += 1 + strspn(value + 1, " \t");
        (void)snprintf(name, CPU_BYTES, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    (void)fclose(file);
    return name;
}

static void put_machines(tg_json_tree *tree, const tg_recipe *recipe, bool with_times)
{
    tg_json_node *machines = tg_json_put_array(tree, tree->root, "machines");
    if (!with_times) return;
    char cpu[CPU_BYTES];
    tg_json_node *machine = tg_json_put_object(tree, machines, NULL);
    tg_json_put_text(tree, machine, "cpu", cpu_name(cpu));
    tg_json_put_count(tree, machine, "nb_threads", (uint64_t)omp_get_max_threads());
    tg_json_put_text(tree, machine, "device", recipe->device);
}

/* ---- the whole ---- */

tg_status tg_document_create(tg_document **document, const tg_recipe *recipe, bool with_times,
                             tg_error *error)
{
    *document = NULL;
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof **document, error);
    if (status != TG_OK) return status;
    tg_document *made = memory;
    *made = (tg_document){.with_times = with_times};
    status = tg_json_tree_init(&made->tree, error);
    if (status != TG_OK) {
        tg_buffer_destroy(made);
        return status;
    }
    tg_json_tree *tree = &made->tree;
    tg_json_put_text(tree, tree->root, "schema", "tracegate.report");
    tg_json_put_count(tree, tree->root, "version", TG_DOCUMENT_VERSION);
    tg_json_node *program = tg_json_put_object(tree, tree->root, "program");
    tg_json_put_text(tree, program, "name", "tracegate");
    tg_json_put_text(tree, program, "version", TG_VERSION);
    put_recipe(tree, recipe);
    put_machines(tree, recipe, with_times);
    // Known at the end only; their places are taken now.
    tg_json_put_null(tree, tree->root, "verdict");
    made->summary = tg_json_put_object(tree, tree->root, "summary");
    tg_json_put_null(tree, tree->root, "seconds");
    made->notes = tg_json_put_array(tree, tree->root, "notes");
    made->traces = tg_json_put_array(tree, tree->root, "traces");
    made->findings = tg_json_put_array(tree, tree->root, "findings");
    status = tg_json_tree_status(tree, error);
    if (status == TG_OK) {
        *document = made;
    } else {
        tg_document_destroy(made);
    }
    return status;
}

void tg_document_destroy(tg_document *document)
{
    if (document == NULL) return;
    tg_json_tree_clear(&document->tree);
    tg_json_close(&document->read);
    tg_buffer_destroy(document);
}

tg_json_value *tg_document_root(const tg_document *document)
{
    return document->tree.root != NULL ? document->tree.root : document->read.root;
}

void document_add_note(tg_document *document, const char *note)
{
    tg_json_tree *tree = &document->tree;
    const size_t nb = tg_json_length(document->notes);
    document->nb_notes++;
    if (nb == DOCUMENT_MAX_NOTES) return;
    document_put_line(tree, document->notes, NULL, note, DOCUMENT_NOTE_BYTES);
    if (tree->has_failed) return;
    const size_t nb_bytes = tg_json_printed_bytes(tg_json_element(document->notes, nb), 2) + 4;
    if (document->nb_note_bytes + nb_bytes > DOCUMENT_NOTES_BYTES) {
        tg_json_cut_array(tree, document->notes, nb);
    } else {
        document->nb_note_bytes += nb_bytes;
    }
}

tg_status tg_document_add_note(tg_document *document, const char *note, tg_error *error)
{
    document_add_note(document, note);
    return tg_json_tree_status(&document->tree, error);
}

static void put_sides(tg_json_tree *tree, tg_json_node *row, const tg_document_trace *trace)
{
    tg_json_node *sides = tg_json_put_array(tree, row, "sides");
    for (size_t i = 0; i < trace->nb_sides && i < TG_MAX_SIDES; i++) {
        const tg_document_side *side = &trace->sides[i];
        tg_json_node *item = tg_json_put_object(tree, sides, NULL);
        tg_json_put_text(tree, item, "name", side->name);
        tg_json_put_count(tree, item, "nb_comparisons", side->nb_comparisons);
        tg_json_put_count(tree, item, "nb_words", side->nb_words);
        tg_json_put_count(tree, item, "nb_mismatches", side->nb_mismatches);
    }
}

static void put_zeroing(tg_json_tree *tree, tg_json_node *row, const tg_document_zeroing *zeroing)
{
    if (zeroing == NULL) {
        tg_json_put_null(tree, row, "zeroing");
        return;
    }
    tg_json_node *to = tg_json_put_object(tree, row, "zeroing");
    tg_json_put_bool(tree, to, "is_tried", zeroing->is_tried);
    tg_json_put_count(tree, to, "nb_cases", zeroing->nb_cases);
    tg_json_put_count(tree, to, "nb_words", zeroing->nb_words);
    tg_json_put_count(tree, to, "nb_failed", zeroing->nb_failed);
    tg_json_node *columns = tg_json_put_array(tree, to, "columns");
    for (size_t i = 0; i < zeroing->nb_columns; i++)
        tg_json_put_text(tree, columns, NULL, zeroing->columns[i]);
}

tg_status tg_document_add_trace(tg_document *document, const tg_document_trace *trace,
                                tg_error *error)
{
    tg_json_tree *tree = &document->tree;
    tg_json_node *row = tg_json_put_object(tree, document->traces, NULL);
    tg_json_put_text(tree, row, "trace", trace->trace->name);
    tg_json_put_text(tree, row, "chip", trace->trace->chip->name);
    tg_json_put_text(tree, row, "kind", tg_kind_name(trace->trace->kind));
    tg_json_put_text(tree, row, "verdict", tg_verdict_name(trace->verdict));
    tg_json_put_count(tree, row, "nb_cases", trace->nb_cases);
    tg_json_put_count(tree, row, "nb_golden", trace->nb_golden);
    tg_json_put_count(tree, row, "nb_events", trace->nb_events);
    tg_json_put_count(tree, row, "min_height", trace->min_height);
    tg_json_put_count(tree, row, "max_height", trace->max_height);
    tg_json_put_count(tree, row, "nb_comparisons", trace->nb_comparisons);
    tg_json_put_count(tree, row, "nb_cells", trace->nb_cells);
    tg_json_put_count(tree, row, "nb_mismatches", trace->nb_mismatches);
    tg_json_put_count(tree, row, "nb_expected", trace->nb_expected);
    tg_json_put_count(tree, row, "nb_not_run", trace->nb_not_run);
    if (document->with_times) {
        tg_json_put_real(tree, row, "seconds", trace->seconds);
    } else {
        tg_json_put_null(tree, row, "seconds");
    }
    tg_json_put_text(tree, row, "kernel", trace->kernel);
    document_put_optional(tree, row, "kernel_line", trace->kernel_line != 0, trace->kernel_line);
    put_zeroing(tree, row, trace->zeroing);
    put_sides(tree, row, trace);
    return tg_json_tree_status(tree, error);
}

uint64_t document_add(uint64_t one, uint64_t other)
{
    return one <= INT64_MAX && other <= INT64_MAX - one ? one + other : UINT64_MAX;
}

uint64_t document_sum(tg_json_value *list, const char *key)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < tg_json_length(list); i++) {
        sum = document_add(sum, document_count(tg_json_element(list, i), key));
    }
    return sum;
}

uint64_t document_nb_side_words(tg_json_value *traces)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        sum = document_add(
            sum, document_sum(tg_json_member(tg_json_element(traces, i), "sides"), "nb_words"));
    }
    return sum;
}

/* Counts of the summary that are sums over the traces. */
static const char *const sums[] = {"nb_cases",      "nb_comparisons", "nb_golden",   "nb_cells",
                                   "nb_side_words", "nb_mismatches",  "nb_expected", "nb_not_run"};

static uint64_t sum_of(const tg_document *document, const char *key)
{
    return strcmp(key, "nb_side_words") == 0 ? document_nb_side_words(document->traces)
                                             : document_sum(document->traces, key);
}

const char *document_first_overflow(const tg_document *document)
{
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        if (sum_of(document, sums[i]) == UINT64_MAX) return sums[i];
    }
    if (document->nb_findings > INT64_MAX) return "nb_findings";
    return document->nb_notes > INT64_MAX ? "nb_notes" : NULL;
}

void document_sum_up(tg_document *document)
{
    tg_json_tree *tree = &document->tree;
    tg_json_node *to = document->summary;
    tg_json_put_count(tree, to, "nb_traces", tg_json_length(document->traces));
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        tg_json_put_count(tree, to, sums[i], sum_of(document, sums[i]));
    }
    tg_json_put_count(tree, to, "nb_findings", document->nb_findings);
    tg_json_put_count(tree, to, "nb_findings_listed", tg_json_length(document->findings));
    tg_json_put_count(tree, to, "nb_notes", document->nb_notes);
}

tg_status tg_document_end(tg_document *document, tg_status status, double seconds, tg_error *error)
{
    tg_json_tree *tree = &document->tree;
    tg_json_node *verdict = tg_json_put_object(tree, tree->root, "verdict");
    tg_json_put_text(tree, verdict, "status", tg_status_text(status));
    tg_json_put_count(tree, verdict, "exit_code", (uint64_t)tg_status_exit_code(status));
    document_sum_up(document);
    if (document->with_times) tg_json_put_real(tree, tree->root, "seconds", seconds);
    return tg_json_tree_status(tree, error);
}

tg_status document_status(tg_json_value *root)
{
    tg_json_value *verdict = tg_json_member(root, "verdict");
    const char *text = document_text(verdict, "status");
    static const tg_status statuses[] = {
#define STATUS(name, exit_code, words) name,
        TG_STATUS_LIST(STATUS)
#undef STATUS
    };
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(tg_status_text(statuses[i]), text) == 0) return statuses[i];
    }
    // One that was not ended compared nothing that anyone may rely on.
    return TG_ERR_UNAVAILABLE;
}

tg_status tg_document_status(const tg_document *document)
{
    return document_status(tg_document_root(document));
}

int tg_document_rank(tg_status status)
{
    static const int ranks[] = {[0] = 0, [1] = 2, [2] = 3, [3] = 1};
    return ranks[tg_status_exit_code(status)];
}
