/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Golden reports: what the gate says of planted bugs, text and JSON, held byte for byte against
 * what was read and found good.
 *
 *   golden [--update] PATCHES OBJECTS GOLDEN [BUG...]
 *
 * PATCHES   tests/planted; OBJECTS what tests/planted/build.sh made of it
 * GOLDEN    the folder of golden files, two a bug: <file>-<bug>.txt and .json
 * BUG       <file>-<bug>; without any, all that GOLDEN has
 * --update  write the golden files instead
 *
 * Runs in the root of the tree, so that paths in reports are the same wherever that lies. Exits 0
 * if every report is as its golden files are, 1 if one is not, 2 for wrong use or where it could
 * not be made.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "bench.h"

#include "files/output.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define CORPUS "corpus/records"

/* Longest golden file. A report is shorter than 2 MiB. */
#define MAX_BYTES ((size_t)4 << 20)

/* The two forms of a report, and what their files' names end in. */
enum { TEXT, JSON, NB_FORMS };
static const char *const endings[NB_FORMS] = {"txt", "json"};

typedef struct arguments {
    bool updates;
    planted_folders folders;
    const char *golden;
} arguments;

/* Bytes that grow as they are written. */
typedef struct bytes {
    FILE *stream; /* NULL once they are whole */
    char *data;
    size_t nb;
} bytes;

typedef struct reports {
    bytes forms[NB_FORMS];
} reports;

static tg_status no_memory(tg_error *error)
{
    return tg_error_set(error, TG_ERR_MEMORY, "no memory for a report");
}

static tg_status reports_open(reports *made, tg_error *error)
{
    *made = (reports){.forms = {{.stream = NULL}}};
    for (size_t form = 0; form < NB_FORMS; form++) {
        bytes *one = &made->forms[form];
        one->stream = open_memstream(&one->data, &one->nb);
        if (one->stream == NULL) return no_memory(error);
    }
    return TG_OK;
}

/* End the streams: what was written is then there. */
static tg_status reports_finish(reports *made, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t form = 0; form < NB_FORMS; form++) {
        bytes *one = &made->forms[form];
        if (one->stream != NULL && fclose(one->stream) != 0) status = no_memory(error);
        one->stream = NULL;
    }
    return status;
}

static void reports_clear(reports *made)
{
    (void)reports_finish(made, NULL);
    for (size_t form = 0; form < NB_FORMS; form++) free(made->forms[form].data);
}

/* ---- making ---- */

/* As the command line's gate begins its document, without times. */
static tg_status begin_document(tg_document **document, const tg_gate_options *gate,
                                tg_error *error)
{
    tg_command command;
    tg_command_begin(&command);
    tg_command_add(&command, "tracegate");
    tg_command_add(&command, "gate");
    tg_command_add(&command, gate->names[0]);
    tg_command_add_option(&command, "actual", "%s", gate->actuals[0]);
    const tg_recipe recipe = {
        .verb = "gate",
        .command = command.text,
        .has_seed = true,
        .seed = gate->seed,
        .profile = tg_profile_name(gate->profile),
        .nb_events = gate->nb_events,
        .actuals = gate->actuals,
        .nb_actuals = gate->nb_actuals,
    };
    return tg_document_create(document, &recipe, false, error);
}

/* Print the text of each finding. */
static void print_findings(FILE *out, const tg_document *document)
{
    tg_json_value *findings = tg_json_member(tg_document_root(document), "findings");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        (void)fputs(tg_json_text_of(tg_json_member(finding, "text")), out);
    }
}

/* Gate the bug's trace and write what is found in both forms. */
static tg_status make_reports(reports *made, const planted_bug *bug, const arguments *asked,
                              tg_error *error)
{
    bench work = {.events = NULL};
    tg_document *document = NULL;
    tg_status status = bench_open(&work, bug, &asked->folders, error);
    if (status != TG_OK) return status;
    tg_gate_options gate = bench_gate_options(&work, &asked->folders);
    gate.triages = true;
    status = begin_document(&document, &gate, error);
    if (status != TG_OK) return status;
    gate.document = document;
    FILE *out = fopen("/dev/null", "w");
    tg_gate_summary summary;
    status = out != NULL ? tg_gate_run(&summary, out, NULL, &gate, error)
                         : tg_error_set(error, TG_ERR_IO, "/dev/null cannot be opened");
    if (out != NULL) (void)fclose(out);
    // A bug that is not found has a report, too: one that differs from the golden one.
    if (status == TG_ERR_MISMATCH) status = TG_OK;
    if (status == TG_OK) {
        print_findings(made->forms[TEXT].stream, document);
        status = tg_document_write(made->forms[JSON].stream, document, TG_DOCUMENT_JSON, error);
    }
    tg_document_destroy(document);
    return status;
}

/* ---- golden files ---- */

static void golden_path(char path[TG_PATH_BYTES], const arguments *asked, const char *name,
                        size_t form)
{
    (void)snprintf(path, TG_PATH_BYTES, "%s/%s.%s", asked->golden, name, endings[form]);
}

static tg_status write_golden(const char *path, const bytes *made, tg_error *error)
{
    tg_output output;
    tg_status status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_output_write(&output, made->data, made->nb, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

/* Read a golden file as a string, to be freed. */
static tg_status read_golden(char **text, const char *path, tg_error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        tg_error_set(error, TG_ERR_IO, "a golden file cannot be opened: %s", strerror(errno));
        tg_error_where(error, "%s", path);
        tg_error_how(error, "write it with --update, and read it");
        return TG_ERR_IO;
    }
    *text = calloc(MAX_BYTES + 1, 1);
    if (*text != NULL) (void)fread(*text, 1, MAX_BYTES, file);
    (void)fclose(file);
    return *text != NULL ? TG_OK : no_memory(error);
}

/* Say where two texts part: the line of each. */
static void say_difference(const char *path, const char *golden, const char *made)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; golden[i] == made[i]; i++) {
        if (golden[i] != '\n') continue;
        line++;
        start = i + 1;
    }
    (void)fprintf(stderr, "golden: %s:%zu: the report is another\n  golden  %.*s\n  made    %.*s\n",
                  path, line, (int)strcspn(golden + start, "\n"), golden + start,
                  (int)strcspn(made + start, "\n"), made + start);
}

static tg_status compare_golden(bool *is_same, const char *path, const bytes *made, tg_error *error)
{
    char *golden = NULL;
    const tg_status status = read_golden(&golden, path, error);
    if (status != TG_OK) return status;
    *is_same = strcmp(golden, made->data) == 0;
    if (!*is_same) say_difference(path, golden, made->data);
    free(golden);
    return TG_OK;
}

/* ---- bugs ---- */

/* The bug whose golden files have this name: the first '-' stands for the '/' of its own. */
static const planted_bug *find_bug(const planted_list *list, const char *name)
{
    char own[sizeof list->bugs->name];
    (void)snprintf(own, sizeof own, "%s", name);
    char *dash = strchr(own, '-');
    if (dash != NULL) *dash = '/';
    for (size_t i = 0; i < list->nb_bugs; i++) {
        if (strcmp(list->bugs[i].name, own) == 0) return &list->bugs[i];
    }
    return NULL;
}

/* Make the reports of a bug, and write or compare them. */
static tg_status take_bug(bool *is_same, const planted_bug *bug, const char *name,
                          const arguments *asked, tg_error *error)
{
    reports made;
    tg_status status = reports_open(&made, error);
    if (status == TG_OK) status = make_reports(&made, bug, asked, error);
    if (status == TG_OK) status = reports_finish(&made, error);
    *is_same = true;
    for (size_t form = 0; form < NB_FORMS && status == TG_OK && *is_same; form++) {
        char path[TG_PATH_BYTES];
        golden_path(path, asked, name, form);
        status = asked->updates ? write_golden(path, &made.forms[form], error)
                                : compare_golden(is_same, path, &made.forms[form], error);
    }
    reports_clear(&made);
    return status;
}

/* Returns the exit code of one bug. */
static int take_name(const planted_list *list, const char *name, const arguments *asked)
{
    tg_error error = {0};
    bool is_same = true;
    const planted_bug *bug = find_bug(list, name);
    if (bug == NULL) {
        (void)fprintf(stderr, "golden: no planted bug belongs to '%s'\n", name);
        return 2;
    }
    if (take_bug(&is_same, bug, name, asked, &error) == TG_OK) return is_same ? 0 : 1;
    char line[sizeof(tg_error)];
    (void)fprintf(stderr, "golden: %s: %s\n", name, tg_error_line(line, sizeof line, &error));
    return 2;
}

/* Take every bug that has a golden text. */
static int take_all(size_t *nb, const planted_list *list, const arguments *asked)
{
    char pattern[TG_PATH_BYTES];
    golden_path(pattern, asked, "*", TEXT);
    glob_t found = {.gl_pathc = 0};
    int code = 0;
    if (glob(pattern, 0, NULL, &found) != 0) return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char name[TG_PATH_BYTES];
        (void)snprintf(name, sizeof name, "%s", strrchr(found.gl_pathv[i], '/') + 1);
        *strrchr(name, '.') = '\0';
        const int own = take_name(list, name, asked);
        code = own > code ? own : code;
        ++*nb;
    }
    globfree(&found);
    return code;
}

int main(int argc, char **argv)
{
    arguments asked = {.updates = argc > 1 && strcmp(argv[1], "--update") == 0};
    const int first = asked.updates ? 2 : 1;
    if (argc - first < 3) {
        (void)fprintf(stderr, "usage: golden [--update] PATCHES OBJECTS GOLDEN [BUG...]\n");
        return 2;
    }
    asked.folders = (planted_folders){argv[first], argv[first + 1], CORPUS};
    asked.golden = argv[first + 2];
    tg_error error = {0};
    planted_list list;
    if (planted_list_init(&list, asked.folders.patches, "", &error) != TG_OK) {
        char line[sizeof(tg_error)];
        (void)fprintf(stderr, "golden: %s\n", tg_error_line(line, sizeof line, &error));
        return 2;
    }
    size_t nb = (size_t)(argc - first - 3);
    int code = 0;
    for (size_t i = 0; i < nb; i++) {
        const int own = take_name(&list, argv[(size_t)first + 3 + i], &asked);
        code = own > code ? own : code;
    }
    if (nb == 0) code = take_all(&nb, &list, &asked);
    planted_list_clear(&list);
    (void)printf("golden reports: %zu %s\n", nb,
                 asked.updates ? "written" : (code == 0 ? "the same" : "looked at"));
    return nb == 0 ? 2 : code;
}
