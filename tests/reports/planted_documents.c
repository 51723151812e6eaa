/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every planted bug through the gate with triage and a document: the document is one that is read
 * back whole, and the key of what triage shrinks alone is among its keys.
 *
 *   planted_documents PATCHES OBJECTS CORPUS [PART]
 *
 * PART: only bugs whose names, "<file>/<bug>", contain it.
 * Each fourth bug is taken; with the environment's TG_PLANTED_STEP, each of so many: 1 takes all.
 * Exits 0 if all is right, 1 if something is not, 2 for wrong use or bad input.
 */
#include "bench.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bugs that are left out between two. */
#define STEP 4

static bool fail(const planted_bug *bug, const char *what)
{
    (void)fprintf(stderr, "planted bug %s: %s\n", bug->name, what);
    return false;
}

static bool fail_with(const planted_bug *bug, const char *what, const tg_error *error)
{
    char line[sizeof *error];
    (void)fprintf(stderr, "planted bug %s: %s: %s\n", bug->name, what,
                  tg_error_line(line, sizeof line, error));
    return false;
}

/* Write a document and read it again: whatever the schema or its figures forbid is refused. */
static bool is_read_back(tg_document **read, const tg_document *made, const planted_bug *bug)
{
    char path[] = "/tmp/tracegate-planted-XXXXXX";
    tg_error error = {.status = TG_OK};
    const int file = mkstemp(path);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out == NULL) return fail(bug, "no file in /tmp");
    tg_status status = tg_document_write(out, made, TG_DOCUMENT_JSON, &error);
    if (fclose(out) != 0 || status != TG_OK) {
        (void)unlink(path);
        return fail(bug, "the document cannot be written");
    }
    status = tg_document_read(read, path, &error);
    (void)unlink(path);
    return status == TG_OK || fail_with(bug, "its document is not read back", &error);
}

/* Whether the document lists what triage alone finds, under the same key. */
static bool has_key(const tg_document *document, bench *work, const planted_bug *bug,
                    const planted_folders *folders)
{
    planted_trial trial = {.outcome = PLANTED_NOT_TRIED};
    tg_error error = {.status = TG_OK};
    const tg_status status = bench_triage(&trial, work, bug, folders, &error);
    if (status != TG_OK) return fail_with(bug, "triage", &error);
    tg_json_value *findings = tg_json_member(tg_document_root(document), "findings");
    if (trial.outcome != PLANTED_FOUND) return fail(bug, "triage finds nothing");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        const char *key = tg_json_text_of(tg_json_member(finding, "key"));
        // The gate takes records first, triage draws: of few events a bug may look like another.
        if (strcmp(key, trial.triage.key) == 0 || strcmp(key, trial.triage.record_key) == 0)
            return true;
    }
    (void)fprintf(stderr, "planted bug %s: triage alone gives %s; the document has\n", bug->name,
                  trial.triage.key);
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        (void)fprintf(stderr, "  %s\n",
                      tg_json_text_of(tg_json_member(tg_json_element(findings, i), "key")));
    }
    return fail(bug, "its document does not have the key that triage gives");
}

static bool gate_bug(bench *work, const planted_bug *bug, const planted_folders *folders)
{
    tg_gate_options options = bench_gate_options(work, folders);
    const tg_recipe recipe = {.verb = "gate", .command = "tracegate gate"};
    tg_document *document = NULL;
    tg_document *read = NULL;
    tg_gate_summary summary;
    tg_error error = {.status = TG_OK};
    FILE *out = fopen("/dev/null", "w");
    if (out == NULL || tg_document_create(&document, &recipe, false, &error) != TG_OK)
        return fail(bug, "no document");
    options.triages = true;
    options.document = document;
    const tg_status status = tg_gate_run(&summary, out, NULL, &options, &error);
    (void)fclose(out);
    if (status != TG_ERR_MISMATCH) return fail_with(bug, "the gate", &error);
    const bool is_right = is_read_back(&read, document, bug) && has_key(read, work, bug, folders);
    tg_document_destroy(read);
    tg_document_destroy(document);
    return is_right;
}

static _Noreturn void run_bug(const planted_bug *bug, const planted_folders *folders)
{
    bench work;
    tg_error error = {.status = TG_OK};
    omp_set_num_threads(1);
    if (bench_open(&work, bug, folders, &error) != TG_OK) {
        (void)fail_with(bug, "its kernels", &error);
        _exit(2);
    }
    _exit(gate_bug(&work, bug, folders) ? 0 : 1);
}

/* Wait for a process; whether all is right. Kernels that crash it have no document. */
static bool wait_for_one(void)
{
    int how = 0;
    if (wait(&how) < 0) return true;
    return WIFSIGNALED(how) || WEXITSTATUS(how) == 0;
}

int main(int argc, char **argv)
{
    const char *text = getenv("TG_PLANTED_STEP");
    const size_t step = text != NULL ? strtoul(text, NULL, 10) : STEP;
    planted_list list;
    tg_error error = {.status = TG_OK};
    if (argc < 4 || argc > 5 || step == 0) {
        (void)fputs("usage: planted_documents PATCHES OBJECTS CORPUS [PART]\n", stderr);
        return 2;
    }
    const planted_folders folders = {argv[1], argv[2], argv[3]};
    if (planted_list_init(&list, folders.patches, argc == 5 ? argv[4] : "", &error) != TG_OK) {
        char line[sizeof error];
        (void)fprintf(stderr, "planted_documents: %s\n", tg_error_line(line, sizeof line, &error));
        return 2;
    }
    const long nb_cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t nb = 0;
    size_t nb_right = 0;
    for (size_t i = 0; i < list.nb_bugs; i += step) {
        if (list.bugs[i].is_unpatched) continue;
        if (nb++ >= (size_t)nb_cores) nb_right += wait_for_one();
        (void)fflush(NULL);
        const pid_t pid = fork();
        if (pid == 0) run_bug(&list.bugs[i], &folders);
        if (pid < 0) return 2;
    }
    for (size_t i = 0; i < nb && i < (size_t)nb_cores; i++) {
        nb_right += wait_for_one();
    }
    (void)printf("documents of planted bugs: %zu of %zu are right\n", nb_right, nb);
    planted_list_clear(&list);
    return nb == 0 || nb_right != nb;
}
