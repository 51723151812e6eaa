/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The targets of what users' kernels come in: manifests, the formulas in them, compiled modules. */
#include "fuzz/files_internal.h"

#include "files/output.h"
#include "gpu/formula.h"
#include "gpu/user_plan.h"
#include "model/memory.h"
#include "modules/manifest.h"
#include "modules/symbols.h"

#include <string.h>

/* Bytes of a formula, at the most: no text of a manifest is longer. */
#define MAX_FORMULA_BYTES 4096

/* ---- manifests ---- */

/* Evaluate all that a launch description says; what its formulas cannot give is refused like a
 * file. */
static tg_status evaluate_entry(const tg_manifest_entry *entry, tg_error *error)
{
    static const size_t heights[] = {1, 32, 65536, TG_MAX_HEIGHT};
    tg_status status = TG_OK;
    for (size_t i = 0; i < sizeof heights / sizeof heights[0] && status == TG_OK; i++) {
        const tg_request request = {.trace = tg_trace_at(entry->trace),
                                    .height = heights[i],
                                    .nb_events = heights[i] - 1};
        tg_user_call call;
        tg_error why = {0};
        status = tg_user_call_create(&call, &entry->plan, NULL, &request, &why);
        if (status != TG_OK) {
            status = tg_fuzz_file_refusal(status, &why, error);
            continue;
        }
        if (call.nb_launches > TG_USER_MAX_LAUNCHES)
            status = tg_fuzz_file_finding(error, "a run has more launches than there may be");
        tg_user_call_destroy(&call);
    }
    return status;
}

static tg_status manifest_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                              tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_manifest *manifest = NULL;
    tg_error why = {0};
    tg_status status = tg_fuzz_file_put(path, target->state, "m.json", bytes, nb_bytes, error);
    if (status != TG_OK) return status;
    status = tg_manifest_read(&manifest, path, &why);
    if (status != TG_OK) return tg_fuzz_file_refusal(status, &why, error);
    if (tg_manifest_nb_entries(manifest) == 0)
        status = tg_fuzz_file_finding(error, "a manifest without kernels is taken");
    for (size_t i = 0; i < tg_manifest_nb_entries(manifest) && status == TG_OK; i++)
        status = evaluate_entry(tg_manifest_entry_at(manifest, i), error);
    tg_manifest_destroy(manifest);
    return status;
}

static size_t manifest_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    static const char *const forms[] = {
        "{\"version\": 1, \"modules\": {\"m\": {\"file\": \"k.cu\"}}, \"kernels\": [{\"trace\": "
        "\"%s\", \"symbol\": \"k\"}]}\n",
        "{\"version\": 1, \"modules\": {\"m\": {\"file\": \"k.so\", \"launcher\": \"f\"}}, "
        "\"values\": {\"a\": \"height * 2\"}, \"kernels\": [{\"trace\": \"%s\", \"zero_trace\": "
        "false, \"scratch\": {\"s\": {\"bytes\": \"a\", \"fill\": 0}}, \"steps\": [{\"repeat\": 2, "
        "\"reverse\": true, \"steps\": [{\"symbol\": \"k\", \"getter\": true, \"block\": 64, "
        "\"grid\": \"ceil_div(a, block)\", \"shared_bytes\": 8, \"arguments\": [\"trace\", "
        "{\"u32\": "
        "\"i\"}, {\"scratch\": \"s\", \"offset\": \"i\"}]}]}]}]}\n",
    };
    if (index >= sizeof forms / sizeof forms[0]) return 0;
    const int length = snprintf((char *)bytes, max_bytes, forms[index], tg_trace_at(0)->name);
    return length > 0 && (size_t)length < max_bytes ? (size_t)length : 0;
}

/* ---- formulas ---- */

static const char *const variables[] = {"height", "nb_events", "block"};
static const tg_formula_definition definitions[] = {{.name = "a", .text = "b + 1"},
                                                    {.name = "b", .text = "height * 2"},
                                                    {.name = "c", .text = "c"}};
static const tg_formula_names names = {.nb_variables = 3,
                                       .variables = variables,
                                       .nb_definitions = 3,
                                       .definitions = definitions};

/* The value of a text.
 * is_refused  the text, or its values, which is no finding */
static tg_status evaluate(uint64_t *result, bool *is_refused, const char *text, tg_error *error)
{
    static const uint64_t values[] = {1000003, 7, 64};
    tg_formula *formula = NULL;
    tg_error why = {0};
    tg_status status = tg_formula_parse(&formula, text, &names, &why);
    if (status == TG_OK) status = tg_formula_evaluate(result, formula, values, &why);
    tg_formula_destroy(formula);
    *is_refused = status != TG_OK;
    return tg_fuzz_file_refusal(status, &why, error);
}

/* A formula, and the same between parentheses, have one value. */
static tg_status formula_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                             tg_error *error)
{
    char text[MAX_FORMULA_BYTES + 3] = "";
    uint64_t value = 0;
    uint64_t again = 0;
    bool is_refused = false;
    (void)target;
    if (nb_bytes > MAX_FORMULA_BYTES || memchr(bytes, 0, nb_bytes) != NULL) return TG_OK;
    text[0] = '(';
    memcpy(text + 1, bytes, nb_bytes);
    tg_status status = evaluate(&value, &is_refused, text + 1, error);
    if (status != TG_OK || is_refused) return status;
    text[nb_bytes + 1] = ')';
    status = evaluate(&again, &is_refused, text, error);
    if (status != TG_OK || is_refused || again == value) return status;
    return tg_fuzz_file_finding(error, "parentheses around a formula change its value");
}

static size_t formula_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    static const char *const texts[] = {"ceil_div(height, 64)", "a * 0x10 - b % 7",
                                        "ceil_log(max(height, 2), 2) + pow(2, min(nb_events, 3))"};
    if (index >= sizeof texts / sizeof texts[0] || strlen(texts[index]) > max_bytes) return 0;
    memcpy(bytes, texts[index], strlen(texts[index]));
    return strlen(texts[index]);
}

/* ---- compiled modules ---- */

/* A file is of one kind at the most, and has every name that it is said to have. */
static tg_status symbols_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                             tg_error *error)
{
    static const tg_source_kind kinds[] = {TG_SOURCE_PTX, TG_SOURCE_CUBIN, TG_SOURCE_FATBIN,
                                           TG_SOURCE_LIBRARY};
    char path[TG_PATH_BYTES];
    size_t nb_taken = 0;
    tg_status status = tg_fuzz_file_put(path, target->state, "module", bytes, nb_bytes, error);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && status == TG_OK; i++) {
        tg_symbols symbols;
        tg_error why = {0};
        status = tg_symbols_read(&symbols, path, kinds[i], &why);
        if (status != TG_OK) {
            status = tg_fuzz_file_refusal(status, &why, error);
            continue;
        }
        nb_taken++;
        for (size_t k = 0; k < symbols.nb && status == TG_OK; k++) {
            if (tg_symbols_check(&symbols, path, symbols.names[k], NULL) != TG_OK)
                status = tg_fuzz_file_finding(error, "a name of a module is not found in it");
        }
        if (tg_symbols_check(&symbols, path, "no name\n", &why) == TG_OK && symbols.are_known)
            status = tg_fuzz_file_finding(error, "a module has a name that it cannot have");
        tg_symbols_clear(&symbols);
    }
    if (status == TG_OK && nb_taken > 1)
        status = tg_fuzz_file_finding(error, "a module is of several kinds");
    return status;
}

static size_t symbols_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    static const char ptx[] = "//\n.version 8.0\n.target sm_90\n.visible .entry k(.param .u64 p)\n"
                              "{ /* \"} */ ret; }\n";
    // ELF64 of x86-64 and of a GPU: a header, no sections.
    static const uint8_t elf[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 3, [18] = 62, [20] = 1};
    if (max_bytes < sizeof ptx) return 0;
    if (index == 0) {
        memcpy(bytes, ptx, sizeof ptx - 1);
        return sizeof ptx - 1;
    }
    if (index > 2) return 0;
    memcpy(bytes, elf, sizeof elf);
    if (index == 2) bytes[18] = 190;
    return sizeof elf;
}

extern const tg_fuzz_kind tg_fuzz_manifest;
const tg_fuzz_kind tg_fuzz_manifest = {
    .name = "manifest",
    .text = "a manifest of users' kernels",
    .open = tg_fuzz_file_open,
    .close = tg_fuzz_file_close,
    .run = manifest_run,
    .report = tg_fuzz_file_report,
    .seed = manifest_seed,
};

extern const tg_fuzz_kind tg_fuzz_formula;
const tg_fuzz_kind tg_fuzz_formula = {
    .name = "formula",
    .text = "a formula of a manifest",
    .open = tg_fuzz_file_open,
    .close = tg_fuzz_file_close,
    .run = formula_run,
    .report = tg_fuzz_file_report,
    .seed = formula_seed,
};

extern const tg_fuzz_kind tg_fuzz_symbols;
const tg_fuzz_kind tg_fuzz_symbols = {
    .name = "symbols",
    .text = "a module: PTX, a cubin, a fat binary, a library",
    .open = tg_fuzz_file_open,
    .close = tg_fuzz_file_close,
    .run = symbols_run,
    .report = tg_fuzz_file_report,
    .seed = symbols_seed,
};
