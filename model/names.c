/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "model/names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

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

bool tg_ends_with(const char *text, const char *ending)
{
    const size_t length = strlen(text);
    return length >= strlen(ending) && strcmp(text + length - strlen(ending), ending) == 0;
}

/* Whether a name is a letter, then letters, digits and some of `others`. */
static bool is_made_of(const char *name, const char *others)
{
    if (!isalpha((unsigned char)name[0])) return false;
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && strchr(others, *at) == NULL) return false;
    }
    return true;
}

bool tg_is_chip_name(const char *name)
{
    return is_made_of(name, "") && strlen(name) < TG_NAME_BYTES / 2;
}

bool tg_is_field_name(const char *name) { return is_made_of(name, "_.[]"); }

bool tg_name_contains(const char *name, const char *part)
{
    for (; *name != '\0'; name++) {
        size_t length = 0;
        while (part[length] != '\0' && lower(name[length]) == lower(part[length])) {
            length++;
        }
        if (part[length] == '\0') return true;
    }
    return false;
}

const char *tg_nearest_name(const char *misspelt, size_t nb_names,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context)
{
    // A third of the letters may be wrong, and one more, but never more than half of them: "seeed"
    // means "seed", "x" means nothing. A beginning ("nb") or a part ("cells") means the whole name.
    const size_t length = strlen(misspelt);
    size_t best = length / 3 + 1 < length / 2 ? length / 3 + 1 : length / 2;
    const char *nearest = NULL;
    for (size_t i = 0; i < nb_names; i++) {
        const char *name = name_at(context, i);
        const bool begins = length > 1 && strncmp(name, misspelt, length) == 0;
        const bool is_part = length > 2 && tg_name_contains(name, misspelt);
        const size_t edits = begins || is_part ? 0 : tg_name_distance(misspelt, name);
        if (edits < best || (edits == best && nearest == NULL && best < strlen(name))) {
            best = edits;
            nearest = name;
        }
    }
    return nearest;
}

/* Letters below which a name is too short to be meant as another. */
#define SHORTEST_PART 3

/* Bytes of a name before its dot: the chip's. */
static size_t chip_length(const char *name) { return strcspn(name, "."); }

/* Whether a name is so near to a chip's that it may be meant: with a third of its letters wrong at
 * the most, or as a part of it. Nearer to none of these chips are the other chips of SP1. */
static bool is_near(const char *name, const tg_chip *chip)
{
    char part[TG_NAME_BYTES] = "";
    const size_t length = chip_length(name);
    if (length < SHORTEST_PART || length >= sizeof part) return false;
    memcpy(part, name, length);
    return tg_name_contains(chip->name, part) || tg_name_distance(part, chip->name) <= length / 3;
}

const char *tg_nearest_trace(const char *misspelt)
{
    const bool has_kind = strchr(misspelt, '.') != NULL;
    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    bool is_part = false;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (!is_near(misspelt, trace->chip)) continue;
        const char *candidate = has_kind ? trace->name : trace->chip->name;
        const size_t distance = tg_name_distance(misspelt, candidate);
        const bool contains = tg_name_contains(candidate, misspelt);
        if (contains == is_part ? distance < nearest_distance : contains) {
            nearest = candidate;
            nearest_distance = distance;
            is_part = contains;
        }
    }
    return nearest;
}
