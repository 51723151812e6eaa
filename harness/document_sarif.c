/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SARIF 2.1.0: a rule a cause, a result a key, at the file of the chip's kernel. */
#include "harness/document_internal.h"

#include <string.h>

/* Base of paths that are not absolute, which the reader knows: the root of the source tree. */
#define BASE "%SRCROOT%"

/* Where SARIF's schema lies. */
#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* Rules beside those of the causes: red traces without a finding, a known failure that passes among
 * them. */
#define RULE_FIXED TG_NB_CAUSES
#define RULE_BARE (TG_NB_CAUSES + 1)
#define RULE_REFUSED (TG_NB_CAUSES + 2)
#define NB_RULES (TG_NB_CAUSES + 3)

typedef struct rules {
    size_t index[NB_RULES]; /* in the list; SIZE_MAX: not used */
    size_t nb;
} rules;

/* What the rules beside the causes say. */
static const struct {
    const char *id;
    const char *title;
    const char *text;
} bare_rules[] = {
    {"known-failure-passes", "a known failure passes",
     "the ledger of known failures lists what no longer fails, or what is over: mend it"},
    {"trace-without-finding", "a trace is red without a finding",
     "the expected side misbehaves, a planted bug was missed, or findings are beyond those listed"},
    {"trace-not-run", "a trace's kernel could not be run",
     "its source does not compile, or its launch description has no value at a size: mend it"},
};

static void put_message(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *text)
{
    tg_json_put_text(tree, tg_json_put_object(tree, parent, key), "text", text);
}

/* The cause of a finding's key: what has one key has one rule. */
static tg_cause cause_of(tg_json_value *finding)
{
    tg_cause cause = TG_CAUSE_OTHER;
    (void)tg_key_cause(&cause, document_text(finding, "key"));
    return cause;
}

/* The rule of a trace that is an error without a finding. */
static size_t bare_rule_of(tg_json_value *trace)
{
    if (document_has_verdict(trace, TG_VERDICT_NOT_RUN)) return RULE_REFUSED;
    return document_has_verdict(trace, TG_VERDICT_FIXED) ? RULE_FIXED : RULE_BARE;
}

static void put_rule(tg_json_tree *tree, tg_json_node *list, rules *used, size_t rule)
{
    if (used->index[rule] != SIZE_MAX) return;
    used->index[rule] = used->nb++;
    const bool is_cause = rule < TG_NB_CAUSES;
    const size_t bare = is_cause ? 0 : rule - RULE_FIXED;
    tg_json_node *item = tg_json_put_object(tree, list, NULL);
    tg_json_put_text(tree, item, "id",
                     is_cause ? tg_cause_id((tg_cause)rule) : bare_rules[bare].id);
    put_message(tree, item, "shortDescription",
                is_cause ? tg_cause_title((tg_cause)rule) : bare_rules[bare].title);
    put_message(tree, item, "fullDescription",
                is_cause ? tg_cause_text((tg_cause)rule) : bare_rules[bare].text);
    tg_json_put_text(tree, tg_json_put_object(tree, item, "defaultConfiguration"), "level",
                     "error");
}

/* Put the rules that results use, in the order of the causes. */
static void put_rules(tg_json_tree *tree, tg_json_node *driver, rules *used, tg_json_value *root)
{
    tg_json_node *list = tg_json_put_array(tree, driver, "rules");
    tg_json_value *findings = tg_json_member(root, "findings");
    tg_json_value *traces = tg_json_member(root, "traces");
    for (size_t i = 0; i < NB_RULES; i++) {
        used->index[i] = SIZE_MAX;
    }
    for (tg_cause cause = 0; cause < TG_NB_CAUSES; cause++) {
        for (size_t i = 0; i < tg_json_length(findings); i++) {
            if (cause_of(tg_json_element(findings, i)) == cause) put_rule(tree, list, used, cause);
        }
    }
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (document_is_error(root, trace)) put_rule(tree, list, used, bare_rule_of(trace));
    }
}

/* A path as a URI: bytes that are none of a URI's own are percent-encoded. */
static void put_uri(tg_json_tree *tree, tg_json_node *parent, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/";
    char uri[1024] = "";
    const bool is_absolute = path[0] == '/';
    size_t used = is_absolute ? (size_t)snprintf(uri, sizeof uri, "file://") : 0;
    for (; *path != '\0' && used + 4 < sizeof uri; path++) {
        const char *format = strchr(plain, *path) != NULL ? "%c" : "%%%02X";
        used += (size_t)snprintf(uri + used, sizeof uri - used, format, (unsigned char)*path);
    }
    uri[used] = '\0';
    tg_json_put_text(tree, parent, "uri", uri);
    if (!is_absolute) tg_json_put_text(tree, parent, "uriBaseId", BASE);
}

/* Where a result is: the kernel's file, its line where that is known, and the column's name. */
static void put_location(tg_json_tree *tree, tg_json_node *result, tg_json_value *trace,
                         const char *name)
{
    const char *kernel = document_text(trace, "kernel");
    tg_json_node *list = tg_json_put_array(tree, result, "locations");
    tg_json_node *location = tg_json_put_object(tree, list, NULL);
    if (kernel[0] != '\0') {
        tg_json_node *place = tg_json_put_object(tree, location, "physicalLocation");
        put_uri(tree, tg_json_put_object(tree, place, "artifactLocation"), kernel);
        const bool has_line = tg_json_has(trace, "kernel_line");
        tg_json_put_count(tree, tg_json_put_object(tree, place, "region"), "startLine",
                          has_line ? document_count(trace, "kernel_line") : 1);
    }
    tg_json_node *names = tg_json_put_array(tree, location, "logicalLocations");
    tg_json_put_text(tree, tg_json_put_object(tree, names, NULL), "fullyQualifiedName", name);
}

static void put_fingerprint(tg_json_tree *tree, tg_json_node *result, const char *id)
{
    tg_json_put_text(tree, tg_json_put_object(tree, result, "partialFingerprints"),
                     "tracegateKey/v1", id);
}

static void put_start(tg_json_tree *tree, tg_json_node *result, const char *rule, size_t index)
{
    tg_json_put_text(tree, result, "ruleId", rule);
    tg_json_put_count(tree, result, "ruleIndex", index);
    tg_json_put_text(tree, result, "level", "error");
}

/* Name of what is wrong: the trace, and its first wrong column where there is one. */
static const char *full_name(char name[512], tg_json_value *finding)
{
    tg_json_value *columns = tg_json_member(finding, "columns");
    const bool has_column = tg_json_length(columns) != 0;
    (void)snprintf(name, 512, "%s%s%s", document_text(finding, "trace"), has_column ? "." : "",
                   has_column ? document_text(tg_json_element(columns, 0), "name") : "");
    return name;
}

static void put_result(tg_json_tree *tree, tg_json_node *results, tg_json_value *root,
                       const rules *used, tg_json_value *finding, size_t nb)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    char name[512];
    const tg_cause cause = cause_of(finding);
    tg_json_node *result = tg_json_put_object(tree, results, NULL);
    put_start(tree, result, tg_cause_id(cause), used->index[cause]);
    put_message(tree, result, "message", document_message(message, finding));
    put_location(tree, result, document_trace_of(root, finding), full_name(name, finding));
    put_fingerprint(tree, result, document_text(finding, "key_id"));
    tg_json_put_count(tree, result, "occurrenceCount", nb);
    if (document_flag(finding, "is_expected")) {
        tg_json_node *list = tg_json_put_array(tree, result, "suppressions");
        tg_json_node *suppression = tg_json_put_object(tree, list, NULL);
        tg_json_put_text(tree, suppression, "kind", "external");
        tg_json_put_text(tree, suppression, "status", "accepted");
        char known[DOCUMENT_KNOWN_BYTES];
        tg_json_put_text(tree, suppression, "justification", document_known(known, finding));
    }
    tg_json_node *properties = tg_json_put_object(tree, result, "properties");
    tg_json_put_text(tree, properties, "key", document_text(finding, "key"));
    tg_json_put_text(tree, properties, "backend", document_text(finding, "backend"));
    tg_json_put_text(tree, properties, "again", document_text(finding, "again"));
}

/* A result for each red trace without a finding. */
static void put_bare_results(tg_json_tree *tree, tg_json_node *results, tg_json_value *root,
                             const rules *used)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    tg_json_value *traces = tg_json_member(root, "traces");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (!document_is_error(root, trace)) continue;
        const size_t rule = bare_rule_of(trace);
        tg_json_node *result = tg_json_put_object(tree, results, NULL);
        put_start(tree, result, bare_rules[rule - RULE_FIXED].id, used->index[rule]);
        put_message(tree, result, "message", document_bare_message(message, root, trace));
        put_location(tree, result, trace, document_text(trace, "trace"));
        put_fingerprint(tree, result, document_text(trace, "trace"));
    }
}

/* One result for each key: findings with one key are one bug, seen several times. */
static void put_results(tg_json_tree *tree, tg_json_node *run, tg_json_value *root,
                        const rules *used)
{
    tg_json_node *results = tg_json_put_array(tree, run, "results");
    tg_json_value *findings = tg_json_member(root, "findings");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        size_t nb = 0;
        if (document_stands_for_key(root, i, &nb))
            put_result(tree, results, root, used, tg_json_element(findings, i), nb);
    }
    put_bare_results(tree, results, root, used);
}

/* How the run went: exit code, command line, notes. */
static void put_invocation(tg_json_tree *tree, tg_json_node *run, tg_json_value *root)
{
    tg_json_value *verdict = tg_json_member(root, "verdict");
    tg_json_value *notes = tg_json_member(root, "notes");
    const uint64_t exit_code = document_count(verdict, "exit_code");
    tg_json_node *list = tg_json_put_array(tree, run, "invocations");
    tg_json_node *invocation = tg_json_put_object(tree, list, NULL);
    tg_json_put_text(tree, invocation, "commandLine",
                     document_text(tg_json_member(root, "recipe"), "command"));
    // A mismatch is a result, not a run that failed.
    tg_json_put_bool(tree, invocation, "executionSuccessful", exit_code <= 1);
    tg_json_put_count(tree, invocation, "exitCode", exit_code);
    tg_json_put_text(tree, invocation, "exitCodeDescription", document_text(verdict, "status"));
    tg_json_node *notifications = tg_json_put_array(tree, invocation, "toolExecutionNotifications");
    for (size_t i = 0; i < tg_json_length(notes); i++) {
        tg_json_node *note = tg_json_put_object(tree, notifications, NULL);
        tg_json_put_text(tree, note, "level", "note");
        put_message(tree, note, "message", tg_json_text_of(tg_json_element(notes, i)));
    }
}

tg_status document_write_sarif(FILE *out, tg_json_value *root, tg_error *error)
{
    tg_json_tree tree;
    rules used = {.nb = 0};
    tg_status status = tg_json_tree_init(&tree, error);
    if (status != TG_OK) return status;
    tg_json_put_text(&tree, tree.root, "$schema", SCHEMA);
    tg_json_put_text(&tree, tree.root, "version", "2.1.0");
    tg_json_node *runs = tg_json_put_array(&tree, tree.root, "runs");
    tg_json_node *run = tg_json_put_object(&tree, runs, NULL);
    tg_json_node *driver =
        tg_json_put_object(&tree, tg_json_put_object(&tree, run, "tool"), "driver");
    tg_json_put_text(&tree, driver, "name", "tracegate");
    tg_json_put_text(&tree, driver, "version",
                     document_text(tg_json_member(root, "program"), "version"));
    put_rules(&tree, driver, &used, root);
    put_invocation(&tree, run, root);
    tg_json_put_text(&tree, run, "columnKind", "unicodeCodePoints");
    put_results(&tree, run, root, &used);
    status = tg_json_tree_status(&tree, error);
    if (status == TG_OK) tg_json_print(out, tree.root);
    tg_json_tree_clear(&tree);
    return status;
}
