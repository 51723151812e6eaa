/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Joining the documents of a gate's shards: trace i of those that are wanted belongs to shard
 * i % total, so that the joined document has them in the order of a gate that is not split. */
#include "harness/document_internal.h"

#include "model/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* What a command line sets before the program's name, to say which shard it is. */
#define SHARD_WORD "TG_SHARD_"

/* The parts by number of shard: roots, and names for errors. */
typedef struct shards {
    size_t nb;
    tg_json_value **roots; /* [nb] */
    const char **paths;    /* [nb] */
} shards;

static tg_json_value *recipe_of(tg_json_value *root) { return tg_json_member(root, "recipe"); }

static tg_json_value *shard_of(tg_json_value *root)
{
    return tg_json_member(recipe_of(root), "shard");
}

static tg_status TG_PRINTF(4, 5)
    refuse(tg_error *error, const char *path, const char *how, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tg_error_set(error, TG_ERR_USAGE, "%s", what);
    if (path != NULL) tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", how);
    return TG_ERR_USAGE;
}

static uint64_t total_of(tg_document *const *parts)
{
    return document_count(shard_of(tg_document_root(parts[0])), "total");
}

/* One part is of one of as many shards as the first one's, and of none that was met before. */
static tg_status check_part(tg_document *const *parts, const char *const *paths, size_t i,
                            tg_error *error)
{
    tg_json_value *shard = shard_of(tg_document_root(parts[i]));
    if (tg_json_type_of(shard) != TG_JSON_OBJECT)
        return refuse(error, paths[i],
                      "name reports of gates that ran with TG_SHARD_INDEX and TG_SHARD_TOTAL",
                      "the report is of a whole gate, not of a shard");
    const uint64_t index = document_count(shard, "index");
    const uint64_t total = document_count(shard, "total");
    if (total != total_of(parts))
        return refuse(error, paths[i], "name the reports of one gate's shards",
                      "the report is of one of %" PRIu64 " shards, the first one of %" PRIu64,
                      total, total_of(parts));
    if (index >= total)
        return refuse(error, paths[i], "make the report again",
                      "there is no shard %" PRIu64 " of %" PRIu64, index, total);
    for (size_t j = 0; j < i; j++) {
        if (document_count(shard_of(tg_document_root(parts[j])), "index") == index)
            return refuse(error, paths[i], "name each shard's report once",
                          "shard %" PRIu64 " is there twice: here and in %.120s", index, paths[j]);
    }
    return TG_OK;
}

/* Put every part in its place. Each is one of total shards and no two are the same: there are
 * never too many, and too few leave a gap. */
static tg_status sort_parts(shards *all, tg_document *const *parts, const char *const *paths,
                            tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < all->nb; i++) {
        all->roots[i] = NULL;
    }
    for (size_t i = 0; i < all->nb; i++) {
        status = check_part(parts, paths, i, error);
        if (status != TG_OK) return status;
        const uint64_t index = document_count(shard_of(tg_document_root(parts[i])), "index");
        if (index >= all->nb) continue;
        all->roots[index] = tg_document_root(parts[i]);
        all->paths[index] = paths[i];
    }
    for (size_t i = 0; i < all->nb; i++) {
        if (all->roots[i] == NULL)
            return refuse(error, NULL, "name the reports of all shards; run those that did not run",
                          "shard %zu of %" PRIu64 " is missing", i, total_of(parts));
    }
    if (total_of(parts) == all->nb) return TG_OK;
    return refuse(error, NULL, "name the reports of all shards; run those that did not run",
                  "shard %zu of %" PRIu64 " is missing", all->nb, total_of(parts));
}

/* The command line of the whole: that of a shard without what makes it one. */
static const char *whole_command(tg_json_value *recipe)
{
    const char *command = document_text(recipe, "command");
    while (strncmp(command, SHARD_WORD, strlen(SHARD_WORD)) == 0) {
        const char *end = strchr(command, ' ');
        if (end == NULL) break;
        command = end + 1;
    }
    return command;
}

/* Whether two recipes are of one gate: they agree but for the shard. Command lines, which say more
 * than the rest, are compared by themselves. */
static const char *first_difference(tg_json_value *one, tg_json_value *other)
{
    for (const char *key = tg_json_next_key(one, NULL); key != NULL;
         key = tg_json_next_key(one, key)) {
        if (strcmp(key, "command") == 0 || strcmp(key, "shard") == 0) continue;
        if (!tg_json_is_equal(tg_json_member(one, key), tg_json_member(other, key))) return key;
    }
    return NULL;
}

/* Two lines that differ far behind their start are shown from a little before that place on. */
static const char *from_difference(const char *line, size_t nb_same)
{
    return line + (nb_same > 40 ? nb_same - 40 : 0);
}

static tg_status refuse_command(const shards *all, size_t index, const char *first,
                                const char *other, tg_error *error)
{
    size_t nb_same = 0;
    while (first[nb_same] != '\0' && first[nb_same] == other[nb_same]) {
        nb_same++;
    }
    return refuse(error, all->paths[index],
                  "run all shards with the same traces and the same options",
                  "the report is of another gate than %.60s: '%.80s' here, '%.80s' there",
                  all->paths[0], from_difference(other, nb_same), from_difference(first, nb_same));
}

static tg_status check_recipes(const shards *all, tg_error *error)
{
    for (size_t i = 1; i < all->nb; i++) {
        const char *key = first_difference(recipe_of(all->roots[0]), recipe_of(all->roots[i]));
        if (key == NULL && !tg_json_is_equal(tg_json_member(all->roots[0], "program"),
                                             tg_json_member(all->roots[i], "program")))
            key = "program";
        if (key != NULL)
            return refuse(error, all->paths[i],
                          "run all shards with the same program and the same options",
                          "the report is of another gate than %.120s: they differ in \"%s\"",
                          all->paths[0], key);
        const char *first = whole_command(recipe_of(all->roots[0]));
        const char *other = whole_command(recipe_of(all->roots[i]));
        if (strcmp(first, other) != 0) return refuse_command(all, i, first, other, error);
    }
    return TG_OK;
}

static tg_json_value *traces_of(tg_json_value *root) { return tg_json_member(root, "traces"); }

/* Every shard has the traces whose turn it is, and no trace is there twice. */
static tg_status check_traces(const shards *all, tg_error *error)
{
    size_t nb_traces = 0;
    for (size_t i = 0; i < all->nb; i++) {
        nb_traces += tg_json_length(traces_of(all->roots[i]));
    }
    for (size_t i = 0; i < all->nb; i++) {
        const size_t nb = tg_json_length(traces_of(all->roots[i]));
        const size_t nb_due = (nb_traces + all->nb - 1 - i) / all->nb;
        if (nb != nb_due)
            return refuse(error, all->paths[i],
                          "run all shards with the same program and the same traces",
                          "shard %zu has %zu trace%s, and of %zu in all it has to have %zu", i, nb,
                          tg_plural(nb), nb_traces, nb_due);
    }
    for (size_t i = 0; i < nb_traces; i++) {
        tg_json_value *one = tg_json_element(traces_of(all->roots[i % all->nb]), i / all->nb);
        for (size_t j = 0; j < i; j++) {
            tg_json_value *other = tg_json_element(traces_of(all->roots[j % all->nb]), j / all->nb);
            if (strcmp(document_text(one, "trace"), document_text(other, "trace")) == 0)
                return refuse(error, all->paths[i % all->nb],
                              "run all shards with the same program and the same traces",
                              "%.100s is in shard %zu, too", document_text(one, "trace"),
                              j % all->nb);
        }
    }
    return TG_OK;
}

/* ---- joining ---- */

static bool has_element(tg_json_value *array, tg_json_value *value)
{
    for (size_t i = 0; i < tg_json_length(array); i++) {
        if (tg_json_is_equal(tg_json_element(array, i), value)) return true;
    }
    return false;
}

/* Machines and notes that several shards have stand once. */
static void join_lists(tg_document *joined, const shards *all)
{
    tg_json_tree *tree = &joined->tree;
    tg_json_node *machines = tg_json_node_member(tree->root, "machines");
    uint64_t nb_unlisted = 0;
    for (size_t i = 0; i < all->nb; i++) {
        tg_json_value *from = tg_json_member(all->roots[i], "machines");
        for (size_t j = 0; j < tg_json_length(from); j++) {
            if (!has_element(machines, tg_json_element(from, j)) &&
                tg_json_length(machines) < DOCUMENT_MAX_MACHINES)
                tg_json_put_copy(tree, machines, NULL, tg_json_element(from, j));
        }
        tg_json_value *notes = tg_json_member(all->roots[i], "notes");
        const uint64_t nb_notes =
            document_count(tg_json_member(all->roots[i], "summary"), "nb_notes");
        if (nb_notes > tg_json_length(notes))
            nb_unlisted = document_add(nb_unlisted, nb_notes - tg_json_length(notes));
        for (size_t j = 0; j < tg_json_length(notes); j++) {
            if (!has_element(joined->notes, tg_json_element(notes, j)))
                document_add_note(joined, tg_json_text_of(tg_json_element(notes, j)));
        }
    }
    joined->nb_notes = document_add(joined->nb_notes, nb_unlisted);
}

/* Findings of a shard: those of one trace, or, where trace is NULL, those of none that it lists. */
static void join_findings(tg_document *joined, tg_json_value *root, const char *trace)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        const bool is_due = trace != NULL ? strcmp(document_text(finding, "trace"), trace) == 0
                                          : document_trace_of(root, finding) == NULL;
        if (is_due) document_add_copy(joined, finding);
    }
}

static void join_traces(tg_document *joined, const shards *all)
{
    uint64_t nb_unlisted = 0;
    size_t nb_traces = 0;
    for (size_t i = 0; i < all->nb; i++) {
        nb_traces += tg_json_length(traces_of(all->roots[i]));
    }
    for (size_t i = 0; i < nb_traces; i++) {
        tg_json_value *root = all->roots[i % all->nb];
        tg_json_value *trace = tg_json_element(traces_of(root), i / all->nb);
        tg_json_put_copy(&joined->tree, joined->traces, NULL, trace);
        join_findings(joined, root, document_text(trace, "trace"));
    }
    for (size_t i = 0; i < all->nb; i++) {
        tg_json_value *root = all->roots[i];
        join_findings(joined, root, NULL);
        const uint64_t nb = document_count(tg_json_member(root, "summary"), "nb_findings");
        const size_t nb_listed = tg_json_length(tg_json_member(root, "findings"));
        if (nb > nb_listed) nb_unlisted = document_add(nb_unlisted, nb - nb_listed);
    }
    joined->nb_findings = document_add(joined->nb_findings, nb_unlisted);
}

/* The worst that came of a shard. */
static tg_status join_status(const shards *all)
{
    tg_status worst = TG_OK;
    for (size_t i = 0; i < all->nb; i++) {
        const tg_status status = document_status(all->roots[i]);
        if (tg_document_rank(status) > tg_document_rank(worst)) worst = status;
    }
    return worst;
}

/* End the document: sums that are too large are none, and its verdict must be that of its parts. */
static tg_status end(tg_document *joined, const shards *all, double seconds, tg_error *error)
{
    const char *key = document_first_overflow(joined);
    if (key != NULL) {
        tg_error_set(error, TG_ERR_FORMAT, "the reports' %s add up to more than can be counted",
                     key);
        tg_error_how(error, "they were changed after they were written: run the shards again");
        return TG_ERR_FORMAT;
    }
    const tg_status status = tg_document_end(joined, join_status(all), seconds, error);
    return status == TG_OK ? document_check_figures(joined->tree.root, error) : status;
}

static tg_status join(tg_document **document, const shards *all, tg_error *error)
{
    const tg_recipe none = {.verb = ""};
    double seconds = 0;
    bool with_times = true;
    for (size_t i = 0; i < all->nb; i++) {
        with_times = with_times && tg_json_has(all->roots[i], "seconds");
        seconds += tg_json_real_of(tg_json_member(all->roots[i], "seconds"));
    }
    tg_document *joined = NULL;
    tg_status status = tg_document_create(&joined, &none, false, error);
    if (status != TG_OK) return status;
    joined->with_times = with_times;
    tg_json_tree *tree = &joined->tree;
    tg_json_put_copy(tree, tree->root, "program", tg_json_member(all->roots[0], "program"));
    tg_json_put_copy(tree, tree->root, "recipe", recipe_of(all->roots[0]));
    tg_json_node *recipe = tg_json_node_member(tree->root, "recipe");
    if (tg_json_has(recipe, "command"))
        tg_json_put_text(tree, recipe, "command", whole_command(recipe_of(all->roots[0])));
    tg_json_put_null(tree, recipe, "shard");
    join_lists(joined, all);
    join_traces(joined, all);
    status = end(joined, all, seconds, error);
    if (status == TG_OK) {
        *document = joined;
    } else {
        tg_document_destroy(joined);
    }
    return status;
}

tg_status tg_document_merge(tg_document **joined, tg_document *const *parts,
                            const char *const *paths, size_t nb_parts, tg_error *error)
{
    *joined = NULL;
    if (nb_parts == 0)
        return refuse(error, NULL, "name the reports of all shards", "there is nothing to join");
    shards all = {.nb = nb_parts};
    void *roots = NULL;
    void *names = NULL;
    tg_status status = tg_buffer_create(&roots, nb_parts, sizeof(void *), error);
    if (status == TG_OK) status = tg_buffer_create(&names, nb_parts, sizeof *all.paths, error);
    all.roots = roots;
    all.paths = names;
    if (status == TG_OK) status = sort_parts(&all, parts, paths, error);
    if (status == TG_OK) status = check_recipes(&all, error);
    if (status == TG_OK) status = check_traces(&all, error);
    if (status == TG_OK) status = join(joined, &all, error);
    tg_buffer_destroy(roots);
    tg_buffer_destroy(names);
    return status;
}
