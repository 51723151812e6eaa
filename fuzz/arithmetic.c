/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The target of the field and curve code of both sides: bytes are an operation and its operands,
 * which the reference and the device functions of the kernels, compiled for the CPU, compute.
 *
 * The first byte chooses the operation; words follow, low byte first, each taken modulo p, and
 * those that are missing are 0. Results are compared as residues.
 */
#include "fuzz/target.h"

#include "kernels/curve.cuh"
#include "kernels/poseidon2.cuh"
#include "reference/curve.h"
#include "reference/field.h"
#include "reference/poseidon2.h"

#include <inttypes.h>
#include <string.h>

/* Words that an operation takes, and that it gives: a permutation's. */
#define MAX_WORDS 34

/* What one side computes of the operands: residues of up to MAX_WORDS results. */
typedef struct operands {
    uint32_t words[MAX_WORDS]; /* residues */
} operands;

typedef struct results {
    uint32_t words[MAX_WORDS]; /* residues; 0 beyond those that there are */
} results;

/* An operation on both sides. */
typedef struct operation {
    const char *name;
    void (*reference)(results *out, const operands *in);
    void (*kernel)(results *out, const operands *in);
} operation;

/* ---- conversions ---- */

static uint32_t to_word(uint32_t residue) { return tg_krn_word_of(residue); }

static uint32_t from_word(uint32_t word)
{
    return tg_krn_residue_of_balanced(tg_krn_balanced_of_word(word));
}

static tg_ref_septic ref_element(const operands *in, size_t first)
{
    tg_ref_septic element;
    memcpy(element.c, in->words + first, sizeof element.c);
    return element;
}

static tg_krn_septic krn_element(const operands *in, size_t first)
{
    tg_krn_septic element;
    for (size_t i = 0; i < TG_KRN_SEPTIC; i++) {
        element.c[i] = tg_krn_balanced_of_word(to_word(in->words[first + i]));
    }
    return element;
}

static void put_ref(results *out, size_t first, tg_ref_septic element)
{
    memcpy(out->words + first, element.c, sizeof element.c);
}

static void put_krn(results *out, size_t first, const tg_krn_septic *element)
{
    for (size_t i = 0; i < TG_KRN_SEPTIC; i++) {
        out->words[first + i] = tg_krn_residue_of_balanced(element->c[i]);
    }
}

/* ---- the field ---- */

static void ref_field(results *out, const operands *in)
{
    const uint32_t a = in->words[0];
    const uint32_t b = in->words[1];
    out->words[0] = tg_ref_add(a, b);
    out->words[1] = tg_ref_sub(a, b);
    out->words[2] = tg_ref_mul(a, b);
    out->words[3] = tg_ref_negate(a);
    out->words[4] = tg_ref_cube(tg_ref_sub(a, b));
    out->words[5] = tg_ref_inverse(a);
    out->words[6] = a != 0 && tg_ref_is_square(a);
    out->words[7] = a;
}

static void krn_field(results *out, const operands *in)
{
    const uint32_t a = to_word(in->words[0]);
    const uint32_t b = to_word(in->words[1]);
    const int32_t balanced = tg_krn_balanced_of_word(a);
    out->words[0] = from_word(tg_krn_add(a, b));
    out->words[1] = from_word(tg_krn_sub(a, b));
    out->words[2] = from_word(tg_krn_mul(a, b));
    out->words[3] = from_word(tg_krn_neg(a));
    out->words[4] = from_word(tg_krn_cube((int32_t)a - (int32_t)b));
    out->words[5] = tg_krn_residue_of_balanced(tg_krn_balanced_inverse(balanced));
    out->words[6] = tg_krn_balanced_is_square(balanced);
    out->words[7] = from_word(a);
}

static void ref_permutation(results *out, const operands *in)
{
    memcpy(out->words, in->words, TG_REF_POSEIDON2_WIDTH * sizeof *out->words);
    tg_ref_poseidon2_permute(out->words);
}

static void krn_permutation(results *out, const operands *in)
{
    uint32_t state[TG_KRN_WIDTH];
    for (size_t i = 0; i < TG_KRN_WIDTH; i++) {
        state[i] = to_word(in->words[i]);
    }
    tg_krn_permute(state);
    for (size_t i = 0; i < TG_KRN_WIDTH; i++) {
        out->words[i] = from_word(state[i]);
    }
}

/* ---- the extension ---- */

static void ref_products(results *out, const operands *in)
{
    const tg_ref_septic a = ref_element(in, 0);
    const tg_ref_septic b = ref_element(in, 7);
    put_ref(out, 0, tg_ref_septic_mul(a, b));
    put_ref(out, 7, tg_ref_septic_mul(a, a));
    put_ref(out, 14, tg_ref_septic_sub(tg_ref_septic_add(a, b), tg_ref_septic_negate(b)));
    put_ref(out, 21, tg_ref_septic_scale(a, in->words[14]));
}

static void krn_products(results *out, const operands *in)
{
    const tg_krn_septic a = krn_element(in, 0);
    const tg_krn_septic b = krn_element(in, 7);
    const tg_krn_septic product = tg_krn_septic_mul(&a, &b);
    const tg_krn_septic square = tg_krn_septic_square(&a);
    const tg_krn_septic sum = tg_krn_septic_add(&a, &b);
    const tg_krn_septic negative = tg_krn_septic_neg(&b);
    const tg_krn_septic difference = tg_krn_septic_sub(&sum, &negative);
    const tg_krn_septic scaled =
        tg_krn_septic_scale(&a, tg_krn_balanced_of_word(to_word(in->words[14])));
    put_krn(out, 0, &product);
    put_krn(out, 7, &square);
    put_krn(out, 14, &difference);
    put_krn(out, 21, &scaled);
}

static void ref_norms(results *out, const operands *in)
{
    const tg_ref_septic a = ref_element(in, 0);
    put_ref(out, 0, tg_ref_septic_inverse(a));
    put_ref(out, 7, tg_ref_septic_frobenius(a));
    put_ref(out, 14, tg_ref_septic_frobenius(tg_ref_septic_frobenius(a)));
    out->words[21] = tg_ref_septic_norm(a);
}

static void krn_norms(results *out, const operands *in)
{
    const tg_krn_septic a = krn_element(in, 0);
    const tg_krn_septic inverse = tg_krn_septic_inverse(&a);
    const tg_krn_septic once = tg_krn_septic_frobenius(&a);
    const tg_krn_septic twice = tg_krn_septic_double_frobenius(&a);
    put_krn(out, 0, &inverse);
    put_krn(out, 7, &once);
    put_krn(out, 14, &twice);
    out->words[21] = tg_krn_residue_of_balanced(tg_krn_septic_norm(&a));
}

/* Which of the two roots is given is no one's promise: the greater last coefficient that is not 0
 * decides here. */
static tg_ref_septic one_root(tg_ref_septic root)
{
    const tg_ref_septic other = tg_ref_septic_negate(root);
    for (size_t i = TG_REF_SEPTIC_DEGREE; i-- > 0;) {
        if (root.c[i] != other.c[i]) return root.c[i] > other.c[i] ? root : other;
    }
    return root;
}

/* Roots of squares: of the element's own square. */
static void ref_root(results *out, const operands *in)
{
    const tg_ref_septic a = ref_element(in, 0);
    put_ref(out, 0, one_root(a));
}

static void krn_root(results *out, const operands *in)
{
    const tg_krn_septic a = krn_element(in, 0);
    tg_ref_septic root = ref_element(in, 0);
    if (!tg_krn_septic_is_zero(&a)) {
        const tg_krn_septic square = tg_krn_septic_square(&a);
        const tg_krn_septic found = tg_krn_septic_root(&square, tg_krn_septic_norm(&square));
        for (size_t i = 0; i < TG_KRN_SEPTIC; i++) {
            root.c[i] = tg_krn_residue_of_balanced(found.c[i]);
        }
    }
    put_ref(out, 0, one_root(root));
}

/* ---- the curve ---- */

static void ref_put_point(results *out, size_t first, const tg_ref_point *point)
{
    put_ref(out, first, point->x);
    put_ref(out, first + 7, point->y);
}

static void krn_put_point(results *out, size_t first, const tg_krn_point *point)
{
    put_krn(out, first, &point->x);
    put_krn(out, first + 7, &point->y);
}

/* Hash a message: 8 words, kind, whether it is received. */
static void ref_hash(results *out, const operands *in)
{
    tg_ref_point point = {.is_infinity = true};
    uint32_t offset = 0;
    const bool is_found = tg_ref_curve_hash(&point, &offset, in->words, in->words[8] % 64, 256);
    if (in->words[9] % 2 == 0) point = tg_ref_point_negate(&point);
    out->words[14] = is_found;
    out->words[15] = offset;
    if (is_found) ref_put_point(out, 0, &point);
}

/* The first candidate with a point, as the kernels' search and lift find it. */
static bool krn_hash_point(tg_krn_point *point, uint32_t *offset, const uint32_t *message,
                           uint32_t kind, uint32_t is_receive)
{
    for (*offset = 0; *offset < 256; (*offset)++) {
        tg_krn_candidate candidate;
        if (!tg_krn_candidate_make(&candidate, message, kind, *offset)) continue;
        point->x = candidate.x;
        if (tg_krn_candidate_lift(&point->y, &candidate, is_receive)) return true;
    }
    *offset = 0;
    return false;
}

static void krn_hash(results *out, const operands *in)
{
    tg_krn_point point;
    const bool is_found =
        krn_hash_point(&point, &out->words[15], in->words, in->words[8] % 64, in->words[9] % 2);
    out->words[14] = is_found;
    if (is_found) krn_put_point(out, 0, &point);
}

/* Points for sums, by two words: infinity, the start, the dummy, or a hash; or the negative. */
static tg_ref_point ref_point(const operands *in, size_t first)
{
    const uint32_t message[8] = {in->words[first + 1]};
    tg_ref_point point = {.is_infinity = true};
    uint32_t offset = 0;
    switch (in->words[first] % 8) {
    case 0:
    case 1:
        break;
    case 2:
    case 3:
        point = tg_ref_curve_start;
        break;
    case 4:
    case 5:
        point = tg_ref_curve_dummy;
        break;
    default:
        (void)tg_ref_curve_hash(&point, &offset, message, 1, 256);
        break;
    }
    return in->words[first] % 2 == 0 ? point : tg_ref_point_negate(&point);
}

static tg_krn_point krn_of_ref(const tg_ref_point *point)
{
    tg_krn_point result;
    for (size_t i = 0; i < TG_KRN_SEPTIC; i++) {
        result.x.c[i] = tg_krn_balanced_of_word(to_word(point->x.c[i]));
        result.y.c[i] = tg_krn_balanced_of_word(to_word(point->y.c[i]));
    }
    return point->is_infinity ? tg_krn_point_infinity() : result;
}

static void ref_sums(results *out, const operands *in)
{
    const tg_ref_point a = ref_point(in, 0);
    const tg_ref_point b = ref_point(in, 2);
    const tg_ref_point sum = tg_ref_point_add(&a, &b);
    const tg_ref_point more = tg_ref_point_add(&sum, &a);
    ref_put_point(out, 0, &sum);
    ref_put_point(out, 14, &more);
    out->words[28] = sum.is_infinity;
    out->words[29] = more.is_infinity;
}

static void krn_sums(results *out, const operands *in)
{
    const tg_ref_point first = ref_point(in, 0);
    const tg_ref_point second = ref_point(in, 2);
    const tg_krn_point a = krn_of_ref(&first);
    const tg_krn_point b = krn_of_ref(&second);
    const tg_krn_point sum = tg_krn_point_add(&a, &b);
    const tg_krn_point more = tg_krn_point_add(&sum, &a);
    krn_put_point(out, 0, &sum);
    krn_put_point(out, 14, &more);
    out->words[28] = tg_krn_point_is_infinity(&sum);
    out->words[29] = tg_krn_point_is_infinity(&more);
}

/* ---- the target ---- */

static const operation operations[] = {
    {"field", ref_field, krn_field},
    {"permutation", ref_permutation, krn_permutation},
    {"extension: products", ref_products, krn_products},
    {"extension: norms and inverses", ref_norms, krn_norms},
    {"extension: roots", ref_root, krn_root},
    {"curve: hash of a message", ref_hash, krn_hash},
    {"curve: sums of points", ref_sums, krn_sums},
};
#define NB_OPERATIONS (sizeof operations / sizeof operations[0])

static const operation *decode(operands *in, const uint8_t *bytes, size_t nb_bytes)
{
    *in = (operands){.words = {0}};
    for (size_t i = 1; i < nb_bytes && i <= sizeof in->words; i++) {
        in->words[(i - 1) / 4] |= (uint32_t)bytes[i] << (i - 1) % 4 * 8;
    }
    for (size_t i = 0; i < MAX_WORDS; i++) {
        in->words[i] %= TG_P;
    }
    return &operations[nb_bytes != 0 ? bytes[0] % NB_OPERATIONS : 0];
}

static tg_status arithmetic_open(tg_fuzz_target *target, tg_error *error)
{
    (void)target;
    (void)error;
    return TG_OK;
}

static void arithmetic_close(tg_fuzz_target *target) { (void)target; }

static tg_status arithmetic_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                                tg_error *error)
{
    (void)target;
    operands in;
    results expected = {.words = {0}};
    results actual = {.words = {0}};
    const operation *chosen = decode(&in, bytes, nb_bytes);
    chosen->reference(&expected, &in);
    chosen->kernel(&actual, &in);
    if (memcmp(&expected, &actual, sizeof expected) == 0) return TG_OK;
    tg_error_set(error, TG_ERR_MISMATCH, "%s: reference and kernels differ", chosen->name);
    tg_error_how(error, "run the bytes again by the line that is printed with them");
    return TG_ERR_MISMATCH;
}

static void print_words(FILE *out, const char *what, const uint32_t *words)
{
    size_t nb_words = MAX_WORDS;
    while (nb_words > 1 && words[nb_words - 1] == 0) {
        nb_words--;
    }
    (void)fprintf(out, "  %s", what);
    for (size_t i = 0; i < nb_words; i++) {
        (void)fprintf(out, " %" PRIu32, words[i]);
    }
    (void)fputc('\n', out);
}

static void arithmetic_report(tg_fuzz_target *target, FILE *out, const uint8_t *bytes,
                              size_t nb_bytes, bool is_safe)
{
    operands in;
    const operation *chosen = decode(&in, bytes, nb_bytes);
    tg_fuzz_report_bytes(target, out, chosen->name, bytes, nb_bytes);
    print_words(out, "operands ", in.words);
    if (!is_safe) return;
    results expected = {.words = {0}};
    results actual = {.words = {0}};
    chosen->reference(&expected, &in);
    chosen->kernel(&actual, &in);
    print_words(out, "reference", expected.words);
    print_words(out, "kernels  ", actual.words);
}

/* Every operation on zeros, on ones, and on p - 1. */
static size_t arithmetic_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    static const uint32_t values[] = {0, 1, TG_P - 1};
    const size_t nb_values = sizeof values / sizeof values[0];
    const size_t nb_bytes = 1 + MAX_WORDS * sizeof(uint32_t);
    if (index >= NB_OPERATIONS * nb_values || max_bytes < nb_bytes) return 0;
    bytes[0] = (uint8_t)(index / nb_values);
    for (size_t i = 1; i < nb_bytes; i++) {
        bytes[i] = (uint8_t)(values[index % nb_values] >> (i - 1) % 4 * 8);
    }
    return nb_bytes;
}

extern const tg_fuzz_kind tg_fuzz_arithmetic;
const tg_fuzz_kind tg_fuzz_arithmetic = {
    .name = "arithmetic",
    .text = "field, extension and curve of both sides",
    .open = arithmetic_open,
    .close = arithmetic_close,
    .run = arithmetic_run,
    .report = arithmetic_report,
    .seed = arithmetic_seed,
};
