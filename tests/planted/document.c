/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The document of a planted bug: what the gate with triage writes must be read back whole, and list
 * the bug under the key that triage alone gives it.
 */
#include "bench.h"

#include "harness/document.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A try that says itself what is wrong: the document is, and the machine has done its part. */
static tg_status fail(const planted_bug *bug, const char *what, const char *detail)
{
    (void)fprintf(stderr, "planted bug %s: %s: %s\n", bug->name, what, detail);
    return TG_OK;
}

static tg_status fail_with(const planted_bug *bug, const char *what, const tg_error *error)
{
    char line[sizeof *error];
    return fail(bug, what, tg_error_line(line, sizeof line, error));
}

/* Write a document and read it again: whatever the schema or its figures forbid is refused.
 * *read stays NULL if it is not read back, which is said. */
static tg_status read_back(tg_document **read, const tg_document *made, const planted_bug *bug,
                           tg_error *error)
{
    char path[] = "/tmp/tracegate-planted-XXXXXX";
    const int file = mkstemp(path);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (out == NULL) {
        tg_error_set(error, TG_ERR_IO, "no file can be made in /tmp");
        tg_error_how(error, "let programs write there");
        return TG_ERR_IO;
    }
    tg_status status = tg_document_write(out, made, TG_DOCUMENT_JSON, error);
    if (fclose(out) != 0 && status == TG_OK) {
        tg_error_set(error, TG_ERR_IO, "a document cannot be written to /tmp");
        tg_error_how(error, "see whether it is full");
        status = TG_ERR_IO;
    }
    tg_error why = {.status = TG_OK};
    if (status == TG_OK && tg_document_read(read, path, &why) != TG_OK)
        status = fail_with(bug, "its document is not read back", &why);
    (void)unlink(path);
    return status;
}

static bool has_key(const planted_document *kept, const char *key)
{
    for (size_t i = 0; i < kept->nb_keys; i++) {
        if (strcmp(kept->keys[i], key) == 0) return true;
    }
    return false;
}

/* Keep the keys of a document's findings, each once. */
static tg_status keep_keys(planted_document *kept, const tg_document *document, tg_error *error)
{
    tg_json_value *findings = tg_json_member(tg_document_root(document), "findings");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *key = tg_json_member(tg_json_element(findings, i), "key");
        const char *text = tg_json_text_of(key);
        if (has_key(kept, text)) continue;
        if (kept->nb_keys == PLANTED_MAX_KEYS) {
            tg_error_set(error, TG_ERR_SIZE, "its document has more than %d keys",
                         PLANTED_MAX_KEYS);
            tg_error_how(error, "raise PLANTED_MAX_KEYS");
            return TG_ERR_SIZE;
        }
        (void)snprintf(kept->keys[kept->nb_keys++], TG_KEY_BYTES, "%s", text);
    }
    return TG_OK;
}

tg_status bench_document(planted_trial *trial, bench *work, const planted_bug *bug,
                         const planted_folders *folders, tg_error *error)
{
    tg_gate_options options = bench_gate_options(work, folders);
    const tg_recipe recipe = {.verb = "gate", .command = "tracegate gate"};
    tg_document *document = NULL;
    tg_document *read = NULL;
    tg_status status = tg_document_create(&document, &recipe, false, error);
    if (status != TG_OK) return status;
    options.triages = true;
    options.document = document;
    trial->document.is_kept = true;
    status = bench_gate(trial, &options, error);
    if (status == TG_OK && trial->outcome == PLANTED_FOUND)
        status = read_back(&read, document, bug, error);
    if (status == TG_OK && read != NULL) status = keep_keys(&trial->document, read, error);
    tg_document_destroy(read);
    tg_document_destroy(document);
    return status;
}

bool planted_has_document(const planted_bug *bug)
{
    const planted_trial *made = &bug->trials[PLANTED_DOCUMENT];
    const planted_triage *triage = &bug->trials[PLANTED_TRIAGE].triage;
    if (made->outcome != PLANTED_FOUND) return false;
    // Kernels that crash their process leave none.
    if (!made->document.is_kept) return true;
    // The gate takes records first, triage draws: of few events a bug may look like another.
    return has_key(&made->document, triage->key) || has_key(&made->document, triage->record_key);
}
