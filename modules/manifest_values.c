/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formulas of a manifest, and its named values. */
#include "modules/manifest_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Characters of the largest 64-bit number, with their end. */
#define NUMBER_BYTES 24

/* Parse a text, and keep the formula. */
static tg_status parse(const tg_formula **formula, tg_manifest_reader *reader, const char *text,
                       const bool is_unset[TG_USER_NB_VARIABLES], tg_error *error)
{
    const tg_formula_names names = {.nb_variables = TG_USER_NB_VARIABLES,
                                    .variables = tg_user_variable_names,
                                    .is_unset = is_unset,
                                    .nb_definitions = reader->nb_values,
                                    .definitions = reader->values};
    tg_manifest_formula *kept = NULL;
    tg_status status = tg_manifest_take(&kept, reader->manifest, 1, sizeof *kept, error);
    if (status != TG_OK) return status;
    kept->next = reader->manifest->formulas;
    reader->manifest->formulas = kept;
    status = tg_formula_parse(&kept->formula, text, &names, error);
    if (status == TG_OK) *formula = kept->formula;
    return status;
}

/* The text of a formula: the JSON's own, or that of a plain number, in number. */
static tg_status text_of(const char **text, char number[NUMBER_BYTES], const tg_place *place,
                         tg_error *error)
{
    if (tg_json_type_of(place->value) == TG_JSON_TEXT) {
        *text = tg_json_text_of(place->value);
        return TG_OK;
    }
    const bool is_number = tg_json_type_of(place->value) == TG_JSON_INTEGER;
    const int64_t value = tg_json_integer_of(place->value);
    if (is_number && value >= 0) {
        (void)snprintf(number, NUMBER_BYTES, "%" PRId64, value);
        *text = number;
        return TG_OK;
    }
    (void)tg_place_refuse(error, place,
                          is_number ? "the number is below 0"
                                    : "this is no formula and no plain number");
    tg_error_how(error, "write a formula as a text, \"ceil_div(height, 64)\", or a whole number "
                        "from 0 on");
    return TG_ERR_FORMAT;
}

tg_status tg_manifest_read_formula(const tg_formula **formula, tg_manifest_reader *reader,
                                   const tg_place *place, tg_formula_scope scope, bool is_repeated,
                                   tg_error *error)
{
    if (!tg_place_is_there(place)) return TG_OK;
    char number[NUMBER_BYTES];
    const char *text = NULL;
    tg_status status = text_of(&text, number, place, error);
    if (status != TG_OK) return status;
    const bool is_unset[TG_USER_NB_VARIABLES] = {
        [TG_USER_BLOCK] = scope < TG_SCOPE_GRID,
        [TG_USER_GRID] = scope < TG_SCOPE_LAUNCH,
        [TG_USER_INDEX] = scope == TG_SCOPE_REQUEST || (scope != TG_SCOPE_ANY && !is_repeated),
    };
    status = parse(formula, reader, text, is_unset, error);
    if (status != TG_OK) tg_place_where(error, place);
    return status;
}

/* ---- named values ---- */

/* Check that a name is none that formulas have themselves. */
static tg_status check_own_name(const tg_place *place, tg_error *error)
{
    static const char *const functions[] = {"ceil_div", "min", "max", "pow", "ceil_log"};
    bool is_taken = false;
    for (size_t i = 0; i < TG_USER_NB_VARIABLES; i++)
        is_taken |= strcmp(place->key, tg_user_variable_names[i]) == 0;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        is_taken |= strcmp(place->key, functions[i]) == 0;
    if (!is_taken) return TG_OK;
    (void)tg_place_refuse(error, place, "\"%s\" is a name that formulas have already", place->key);
    tg_error_how(error, "give the value another name");
    return TG_ERR_FORMAT;
}

/* Name and text of one value. */
static tg_status read_value(tg_formula_definition *value, tg_manifest_reader *reader,
                            const tg_place *place, tg_error *error)
{
    char number[NUMBER_BYTES];
    const char *text = NULL;
    tg_status status = tg_place_name(place, error);
    if (status == TG_OK) status = check_own_name(place, error);
    if (status == TG_OK) status = text_of(&text, number, place, error);
    if (status != TG_OK) return status;
    *value = (tg_formula_definition){.name = place->key, .text = text};
    return text == number ? tg_manifest_copy(&value->text, reader->manifest, number, error) : TG_OK;
}

tg_status tg_manifest_read_values(tg_manifest_reader *reader, tg_error *error)
{
    const tg_place values = tg_place_member(&reader->root, "values");
    if (!tg_place_is_there(&values)) return TG_OK;
    tg_status status = tg_place_any_object(&values, TG_MANIFEST_MAX_VALUES, error);
    if (status != TG_OK) return status;
    tg_formula_definition *read = NULL;
    status = tg_manifest_take(&read, reader->manifest, tg_json_nb_keys(values.value), sizeof *read,
                              error);
    size_t nb = 0;
    for (const char *key = tg_json_next_key(values.value, NULL); status == TG_OK && key != NULL;
         key = tg_json_next_key(values.value, key)) {
        const tg_place place = tg_place_member(&values, key);
        status = read_value(&read[nb++], reader, &place, error);
    }
    if (status != TG_OK) return status;
    reader->values = read;
    reader->nb_values = nb;
    // Each is checked by its name, whether it is used or not: only then are all of them there.
    const bool is_unset[TG_USER_NB_VARIABLES] = {false};
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        const tg_formula *formula = NULL;
        status = parse(&formula, reader, read[i].name, is_unset, error);
        const tg_place place = tg_place_member(&values, read[i].name);
        if (status != TG_OK) tg_place_where(error, &place);
    }
    return status;
}
