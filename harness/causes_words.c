/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Causes that show in one word alone: what became of a right value. */
#include "harness/causes_internal.h"
#include "reference/field.h"

#include <inttypes.h>
#include <stdio.h>

/* R = 2^32 modulo p. */
#define R TG_WORD_ONE

/* A rule for single cells. */
typedef bool word_rule(const causes_cell *cell, uint32_t parameter);

/* Mark what a rule explains. Returns the number. */
static size_t apply(causes_verdict *verdict, const causes_sample *sample, word_rule *rule,
                    uint32_t parameter)
{
    size_t nb = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        if (!rule(&sample->cells[i], parameter)) continue;
        verdict->explained[i] = 1;
        nb++;
    }
    return nb;
}

/* ---- forms ---- */

static bool is_times(const causes_cell *cell, uint32_t factor)
{
    return cell->right != 0 && cell->actual < TG_P &&
           cell->wrong == tg_ref_mul(cell->right, factor);
}

/* The form of a word: R or its inverse, once or twice. */
static void detect_form(causes_verdict *verdict, const causes_sample *sample, uint32_t factor,
                        const char *name)
{
    const size_t nb_once = apply(verdict, sample, is_times, factor);
    const size_t nb_twice = apply(verdict, sample, is_times, tg_ref_mul(factor, factor));
    const size_t nb = nb_once + nb_twice;
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "the right value times %s%s", name, nb_twice > nb_once ? ", twice" : "");
}

void causes_form_montgomery(causes_verdict *verdict, const causes_sample *sample)
{
    detect_form(verdict, sample, R, "R = 2^32");
}

void causes_form_residue(causes_verdict *verdict, const causes_sample *sample)
{
    detect_form(verdict, sample, TG_REF_R_INVERSE, "R^-1 = 2^-32");
}

/* ---- not reduced ---- */

static uint32_t signed_residue(uint32_t word)
{
    const int64_t value = (int32_t)word;
    return (uint32_t)((value % TG_P + TG_P) % TG_P);
}

static bool is_not_reduced(const causes_cell *cell, __attribute__((unused)) uint32_t parameter)
{
    return cell->actual >= TG_P && (cell->actual % TG_P == cell->expected % TG_P ||
                                    signed_residue(cell->actual) == cell->expected % TG_P);
}

void causes_not_reduced(causes_verdict *verdict, const causes_sample *sample)
{
    const size_t nb = apply(verdict, sample, is_not_reduced, 0);
    size_t nb_beyond = 0;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const uint32_t actual = sample->cells[i].actual;
        nb_beyond += actual >= TG_P && actual != TG_POISON_FIRST && actual != TG_POISON_SECOND;
    }
    if (nb != 0) {
        causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                         "the right residue in a word that is not below p");
        return;
    }
    // Words beyond p that are not right either: something before them was not reduced.
    causes_say_cells(verdict, sample, causes_percent(nb_beyond, sample->nb_cells) / 2, nb_beyond,
                     "hold", "words that are not below p, of other residues");
}

/* ---- signs, bytes, bits ---- */

static bool is_negated(const causes_cell *cell, __attribute__((unused)) uint32_t parameter)
{
    return cell->right != 0 && cell->actual < TG_P && cell->wrong == TG_P - cell->right;
}

void causes_negated(causes_verdict *verdict, const causes_sample *sample)
{
    const size_t nb = apply(verdict, sample, is_negated, 0);
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "the right value with the other sign, p - x");
}

static uint32_t swap_bytes(uint32_t word, uint32_t nb_bytes)
{
    return __builtin_bswap32(word) >> (32 - 8 * nb_bytes);
}

/* Of the word itself, or of the number that it stands for; nb_bytes: 2, 3 or 4. */
static bool is_swapped(const causes_cell *cell, uint32_t nb_bytes)
{
    if (cell->right == 0 || cell->wrong == 0) return false;
    if (nb_bytes < 4 && (cell->right >> (8 * nb_bytes) != 0 || cell->wrong >> (8 * nb_bytes) != 0))
        return false;
    return cell->wrong == swap_bytes(cell->right, nb_bytes) % TG_P ||
           (nb_bytes == 4 && cell->actual == __builtin_bswap32(cell->expected));
}

void causes_byte_swapped(causes_verdict *verdict, const causes_sample *sample)
{
    for (uint32_t nb_bytes = 2; nb_bytes <= 4; nb_bytes++) {
        (void)apply(verdict, sample, is_swapped, nb_bytes);
    }
    const size_t nb = causes_nb_explained(verdict, sample);
    causes_say_cells(verdict, sample, causes_percent(nb, sample->nb_cells), nb, "hold",
                     "the bytes of the right value in reverse order");
}

/* The low k bits of a number, in each way in which it can be read. */
static uint32_t mask(uint32_t k) { return (UINT32_C(1) << k) - 1; }

static bool is_cut(const causes_cell *cell, uint32_t k)
{
    return cell->wrong == (cell->right & mask(k)) || cell->actual == (cell->expected & mask(k));
}

static bool is_shifted_out(const causes_cell *cell, uint32_t k)
{
    return cell->wrong == cell->right >> k || cell->actual == cell->expected >> k;
}

static bool is_uncut(const causes_cell *cell, uint32_t k)
{
    return cell->wrong < TG_P && cell->right == (cell->wrong & mask(k));
}

/* Bits that are kept or lost, and what is said of it. Fewer bits than `from` are a coincidence too
 * often. */
typedef struct bit_rule {
    word_rule *rule;
    uint32_t from, to, step;
    const char *text;
} bit_rule;

static const bit_rule bit_rules[] = {
    {is_cut, 4, 30, 1, "the low %u bits of the right value alone"},
    {is_shifted_out, 8, 24, 8, "the right value without its low %u bits"},
    {is_uncut, 8, 24, 1, "the right value in their low %u bits, and more above"},
};

void causes_half_missing(causes_verdict *verdict, const causes_sample *sample)
{
    const bit_rule *best = NULL;
    uint32_t best_bits = 0;
    size_t most = 0;
    for (size_t i = 0; i < sizeof bit_rules / sizeof bit_rules[0]; i++) {
        for (uint32_t k = bit_rules[i].from; k <= bit_rules[i].to; k += bit_rules[i].step) {
            size_t nb = 0;
            size_t nb_telling = 0;
            for (size_t c = 0; c < sample->nb_cells; c++) {
                const causes_cell *cell = &sample->cells[c];
                if (!bit_rules[i].rule(cell, k)) continue;
                nb++;
                // What is cut down to nothing, or begins as nothing, fits every rule.
                nb_telling += cell->right > 15 && cell->wrong > 15;
            }
            if (nb_telling == 0 || nb <= most) continue;
            most = nb;
            best = &bit_rules[i];
            best_bits = k;
        }
    }
    if (best == NULL) return;
    (void)apply(verdict, sample, best->rule, best_bits);
    char what[96];
    (void)snprintf(what, sizeof what, best->text, best_bits);
    causes_say_cells(verdict, sample, causes_percent(most, sample->nb_cells), most, "hold", "%s",
                     what);
}

/* ---- one difference, quotient or value in a column ---- */

/* What wrong cells of a column may have in common. UINT32_MAX: this cell has nothing of it. */
typedef uint32_t common_value(const causes_cell *cell);

static uint32_t difference_of(const causes_cell *cell)
{
    return cell->actual < TG_P ? tg_ref_sub(cell->wrong, cell->right) : UINT32_MAX;
}

static uint32_t quotient_of(const causes_cell *cell)
{
    if (cell->right == 0 || cell->wrong == 0 || cell->actual >= TG_P) return UINT32_MAX;
    return tg_ref_mul(cell->wrong, tg_ref_inverse(cell->right));
}

static uint32_t value_of(const causes_cell *cell)
{
    return cell->actual == 0 || cell->actual >= TG_P ? UINT32_MAX : cell->actual;
}

/* What most cells have in common; all that is counted. */
typedef struct common_tally {
    size_t column;          /* the first one that has it */
    uint32_t value;         /* there */
    size_t nb_columns;      /* that have one */
    bool is_one;            /* all the same one */
    size_t nb;              /* cells that have their column's value */
    size_t nb_columns_firm; /* where cells with different right values have it */
} common_tally;

/* The cells of one column. */
typedef struct column_cells {
    const size_t *numbers; /* [nb] in the sample */
    size_t nb;
} column_cells;

static column_cells cells_of(const causes_sample *sample, size_t index)
{
    const size_t begin = index == 0 ? 0 : sample->column_end[index - 1];
    return (column_cells){sample->by_column + begin, sample->column_end[index] - begin};
}

/* The value that more than half of a column's cells have, if there is one. */
static uint32_t majority(const causes_sample *sample, column_cells column, common_value *value)
{
    uint32_t leader = UINT32_MAX;
    size_t lead = 0;
    for (size_t i = 0; i < column.nb; i++) {
        const uint32_t own = value(&sample->cells[column.numbers[i]]);
        if (lead == 0) leader = own;
        lead = own == leader ? lead + 1 : lead - 1;
    }
    return leader;
}

static void tally_column(common_tally *tally, causes_verdict *verdict, const causes_sample *sample,
                         size_t index, common_value *value)
{
    const column_cells column = cells_of(sample, index);
    const uint32_t leader = majority(sample, column, value);
    if (leader == UINT32_MAX) return;
    size_t nb = 0;
    uint32_t first_right = 0;
    bool is_firm = false;
    for (size_t i = 0; i < column.nb; i++) {
        const causes_cell *cell = &sample->cells[column.numbers[i]];
        if (value(cell) != leader) continue;
        if (nb++ == 0) first_right = cell->right;
        is_firm = is_firm || cell->right != first_right;
        verdict->explained[column.numbers[i]] = 1;
    }
    // A value that few have is no common one.
    if (2 * nb <= column.nb && column.nb > 1) {
        for (size_t i = 0; i < column.nb; i++) {
            verdict->explained[column.numbers[i]] = 0;
        }
        return;
    }
    *tally = (common_tally){.column = sample->columns[index],
                            .value = leader,
                            .nb_columns = 1,
                            .is_one = true,
                            .nb = nb,
                            .nb_columns_firm = is_firm};
}

static common_tally tally_all(causes_verdict *verdict, const causes_sample *sample,
                              common_value *value)
{
    common_tally tally = {0};
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t nb_before = tally.nb;
        const size_t nb_firm_before = tally.nb_columns_firm;
        common_tally column = {0};
        tally_column(&column, verdict, sample, i, value);
        if (column.nb_columns == 0) continue;
        if (tally.nb_columns == 0) {
            tally = column;
            continue;
        }
        tally.is_one = tally.is_one && column.value == tally.value;
        tally.nb_columns++;
        tally.nb = nb_before + column.nb;
        tally.nb_columns_firm = nb_firm_before + column.nb_columns_firm;
    }
    return tally;
}

/* A residue as a person writes it: -3 rather than p - 3. */
static const char *signed_text(char text[32], uint32_t residue)
{
    if (residue > TG_P / 2) {
        (void)snprintf(text, 32, "-%" PRIu32, TG_P - residue);
    } else {
        (void)snprintf(text, 32, "%" PRIu32, residue);
    }
    return text;
}

/* ", columns mult, addr and 3 more" */
static const char *columns_text(char text[TG_NAME_BYTES + 48], const causes_sample *sample,
                                const common_tally *tally)
{
    char name[TG_NAME_BYTES];
    (void)causes_column_name(name, sample, tally->column);
    if (tally->nb_columns == 1) {
        (void)snprintf(text, TG_NAME_BYTES + 48, "column %.100s", name);
    } else {
        (void)snprintf(text, TG_NAME_BYTES + 48, "column %.100s and %zu more%s", name,
                       tally->nb_columns - 1, tally->is_one ? "" : ", which have others");
    }
    return text;
}

/* A difference or quotient that is small is more likely to be meant. */
static unsigned confidence_of(const common_tally *tally, const causes_sample *sample)
{
    const unsigned percent = causes_percent(tally->nb, sample->nb_cells);
    if (tally->nb_columns_firm != 0) return percent;
    const bool is_small = tally->value <= 64 || tally->value >= TG_P - 64;
    const unsigned most = is_small ? 60 : tally->nb > 1 && tally->is_one ? CAUSES_DOUBTFUL : 10;
    return percent < most ? percent : most;
}

void causes_off_by_constant(causes_verdict *verdict, const causes_sample *sample)
{
    const common_tally tally = tally_all(verdict, sample, difference_of);
    if (tally.nb_columns == 0) return;
    char value[32];
    char columns[TG_NAME_BYTES + 48];
    causes_say_cells(verdict, sample, confidence_of(&tally, sample), tally.nb, "are",
                     "off by %s (%s)", signed_text(value, tally.value),
                     columns_text(columns, sample, &tally));
}

void causes_off_by_factor(causes_verdict *verdict, const causes_sample *sample)
{
    const common_tally tally = tally_all(verdict, sample, quotient_of);
    if (tally.nb_columns == 0) return;
    const uint32_t inverse = tg_ref_inverse(tally.value);
    const bool divides = inverse < tally.value && inverse <= 65536;
    char value[32];
    char columns[TG_NAME_BYTES + 48];
    causes_say_cells(verdict, sample, confidence_of(&tally, sample), tally.nb, "hold",
                     "the right value %s %s (%s)", divides ? "divided by" : "times",
                     signed_text(value, divides ? inverse : tally.value),
                     columns_text(columns, sample, &tally));
}

void causes_constant(causes_verdict *verdict, const causes_sample *sample)
{
    const common_tally tally = tally_all(verdict, sample, value_of);
    if (tally.nb_columns == 0) return;
    const unsigned percent = causes_percent(tally.nb, sample->nb_cells);
    // Where one value is expected it takes many cells to say anything.
    const unsigned most = tally.nb_columns_firm != 0      ? 100
                          : tally.nb > 1 && tally.is_one  ? 70
                          : causes_is_common(tally.value) ? CAUSES_DOUBTFUL
                                                          : 10;
    char value[32];
    char columns[TG_NAME_BYTES + 48];
    causes_say_cells(verdict, sample, percent < most ? percent : most, tally.nb, "hold",
                     "the value %s (%s)", signed_text(value, causes_residue(sample, tally.value)),
                     columns_text(columns, sample, &tally));
}

/* ---- nothing ---- */

static bool is_zero(const causes_cell *cell, __attribute__((unused)) uint32_t parameter)
{
    return cell->actual == 0 && cell->expected != 0;
}

void causes_missing(causes_verdict *verdict, const causes_sample *sample)
{
    const size_t nb = apply(verdict, sample, is_zero, 0);
    if (nb == 0) return;
    bool is_telling = nb > 3;
    for (size_t i = 0; i < sample->nb_cells; i++) {
        const causes_cell *cell = &sample->cells[i];
        is_telling = is_telling || (cell->actual == 0 && !causes_is_common(cell->expected));
    }
    const unsigned percent = causes_percent(nb, sample->nb_cells);
    causes_say_cells(verdict, sample, is_telling || percent < 80 ? percent : 80, nb, "hold",
                     "0 where another value is due");
}
