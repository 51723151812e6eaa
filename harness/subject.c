/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The built-in subjects: the tables of model, reference, gpu and harness joined by index, and
 * their names. */
#include "harness/subject.h"

/* TG_DRAWS_OF_<file> of every chip; made by cmake/chips.cmake. */
#include "chip_draws.h"

#include <stdbool.h>
#include <string.h>

/* Draws of every trace, in the order of tg_trace_at: those of the chip's file, which several
 * chips may share. */
static const struct {
    const tg_draws *draws;
    tg_kind kind;
} trace_draws[] = {
#define TG_DRAWS_ENTRY(file, kind_) {TG_DRAWS_OF_##file, TG_KIND_##kind_},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_DRAWS_ENTRY, file)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_DRAWS_ENTRY
};

tg_subject tg_subject_at(size_t index)
{
    TG_VERIFY_CHECK(tg_nb_traces() == sizeof trace_draws / sizeof trace_draws[0] &&
                    index < tg_nb_traces());
    const tg_draws *draws = trace_draws[index].draws;
    tg_subject subject = {
        .trace = tg_trace_at(index),
        .reference = tg_ref_at(index),
        .plan = tg_plan_at(index),
        .draws = NULL,
    };
    if (draws != NULL) {
        subject.draws =
            trace_draws[index].kind == TG_KIND_main ? &draws->main : &draws->preprocessed;
    }
    return subject;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Lower case without a locale: names are ASCII. */
static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

size_t tg_name_distance(const char *from, const char *to)
{
    const size_t from_length = strnlen(from, TG_NAME_BYTES - 1);
    const size_t to_length = strnlen(to, TG_NAME_BYTES - 1);
    // Row i of the table of distances: from the first i letters of `from` to the first j of `to`.
    size_t row[TG_NAME_BYTES];
    for (size_t j = 0; j <= to_length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= from_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= to_length; j++) {
            const bool same = lower(from[i - 1]) == lower(to[j - 1]);
            const size_t replaced = diagonal + !same;
            diagonal = row[j];
            row[j] = smaller(replaced, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[to_length];
}

/* The name that is nearest to `name`: of a trace if it has a dot, of a chip if not. The first of
 * several. */
static const char *nearest_name(const char *name)
{
    const bool has_kind = strchr(name, '.') != NULL;
    const char *nearest = "";
    size_t nearest_distance = SIZE_MAX;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const char *candidate = has_kind ? trace->name : trace->chip->name;
        const size_t distance = tg_name_distance(name, candidate);
        if (distance < nearest_distance) {
            nearest = candidate;
            nearest_distance = distance;
        }
    }
    return nearest;
}

/* The chip whose name is the part of `name` before the dot; NULL if there is none. */
static const tg_chip *chip_before_dot(const char *name)
{
    const size_t length = strcspn(name, ".");
    for (size_t i = 0; i < tg_nb_chips(); i++) {
        const tg_chip *chip = tg_chip_at(i);
        if (strlen(chip->name) == length && strncmp(chip->name, name, length) == 0) return chip;
    }
    return NULL;
}

tg_status tg_subject_find(size_t indices[TG_NB_KINDS], size_t *nb_indices, const char *name,
                          tg_error *error)
{
    size_t nb_found = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (strcmp(name, trace->chip->name) == 0 || strcmp(name, trace->name) == 0)
            indices[nb_found++] = i;
    }
    *nb_indices = nb_found;
    if (nb_found != 0) return TG_OK;
    const tg_chip *chip = chip_before_dot(name);
    if (chip != NULL) {
        tg_error_set(error, TG_ERR_USAGE, "chip %s has no trace of the kind \"%s\"", chip->name,
                     strchr(name, '.') + 1);
    } else {
        tg_error_set(error, TG_ERR_USAGE, "no chip or trace is named \"%s\"", name);
    }
    tg_error_how(error, "the nearest name is %s; 'tracegate list' shows all of them",
                 nearest_name(name));
    return TG_ERR_USAGE;
}
