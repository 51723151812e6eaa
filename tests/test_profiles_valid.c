/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events that are to obey the chips' constraints do, in every profile, and others do not. */
#include "generated.h"
#include "model/base_alu.h"
#include "model/ext_alu.h"
#include "model/poseidon2_linear_layer.h"
#include "model/poseidon2_sbox.h"
#include "model/prefix_sum_checks.h"
#include "model/select.h"
#include "reference/extension.h"
#include "reference/field.h"
#include "reference/poseidon2.h"

#define NB_EVENTS 1000

/* Whether an event obeys the constraints; *sort tells which of several ways it does, below 8. */
typedef bool is_valid(const void *event, unsigned *sort);

static void residues_of(uint32_t *residues, const uint32_t *words, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        residues[i] = tg_ref_from_word(words[i]);
    }
}

static bool is_zero(const uint32_t block[4])
{
    return (block[0] | block[1] | block[2] | block[3]) == 0;
}

static bool base_alu_is_valid(const void *event, unsigned *sort)
{
    const tg_base_alu_event *alu = event;
    const uint32_t out = tg_ref_from_word(alu->out);
    const uint32_t a = tg_ref_from_word(alu->in1);
    const uint32_t b = tg_ref_from_word(alu->in2);
    // The last two are a division, by 0 too.
    const bool holds[] = {
        tg_ref_add(a, b) == out,           tg_ref_add(out, b) == a,      tg_ref_mul(a, b) == out,
        tg_ref_mul(out, b) == a && b != 0, a == 0 && b == 0 && out == 1,
    };
    for (*sort = 0; *sort < sizeof holds / sizeof holds[0]; (*sort)++) {
        if (holds[*sort]) return true;
    }
    return false;
}

static bool ext_alu_is_valid(const void *event, unsigned *sort)
{
    const tg_ext_alu_event *alu = event;
    static const uint32_t one[4] = {1, 0, 0, 0};
    uint32_t out[4], a[4], b[4], made[4];
    residues_of(out, alu->out, 4);
    residues_of(a, alu->in1, 4);
    residues_of(b, alu->in2, 4);
    *sort = 0;
    tg_ref_ext_add(made, a, b);
    if (memcmp(made, out, sizeof made) == 0) return true;
    *sort = 1;
    tg_ref_ext_add(made, out, b);
    if (memcmp(made, a, sizeof made) == 0) return true;
    *sort = 2;
    tg_ref_ext_mul(made, a, b);
    if (memcmp(made, out, sizeof made) == 0) return true;
    *sort = 3;
    tg_ref_ext_mul(made, out, b);
    if (!is_zero(b)) return memcmp(made, a, sizeof made) == 0;
    *sort = 4;
    return is_zero(a) && memcmp(out, one, sizeof one) == 0;
}

static bool select_is_valid(const void *event, unsigned *sort)
{
    const tg_select_event *select = event;
    *sort = select->bit != 0;
    if (select->bit == TG_WORD_ONE)
        return select->out1 == select->in2 && select->out2 == select->in1;
    return select->bit == 0 && select->out1 == select->in1 && select->out2 == select->in2;
}

static bool sbox_is_valid(const void *event, unsigned *sort)
{
    const tg_poseidon2_sbox_event *sbox = event;
    bool are_cubes[4], are_copies = true;
    for (size_t k = 0; k < 4; k++) {
        const uint32_t cube = tg_ref_cube(tg_ref_from_word(sbox->input[k]));
        are_cubes[k] = sbox->output[k] == tg_ref_to_word(cube);
        if (k != 0) are_copies = are_copies && sbox->output[k] == sbox->input[k];
    }
    *sort = are_copies;
    return are_cubes[0] && (are_copies || (are_cubes[1] && are_cubes[2] && are_cubes[3]));
}

static bool linear_layer_is_valid(const void *event, unsigned *sort)
{
    const tg_poseidon2_linear_layer_event *layer = event;
    uint32_t external[16], internal[16], output[16];
    for (size_t block = 0; block < 4; block++) {
        residues_of(external + 4 * block, layer->input[block], 4);
        residues_of(output + 4 * block, layer->output[block], 4);
    }
    memcpy(internal, external, sizeof internal);
    tg_ref_poseidon2_external_layer(external);
    tg_ref_poseidon2_internal_layer(internal);
    *sort = memcmp(output, external, sizeof output) != 0;
    return *sort == 0 || memcmp(output, internal, sizeof output) == 0;
}

static bool prefix_sum_is_valid(const void *event, unsigned *sort)
{
    const tg_prefix_sum_checks_event *check = event;
    uint32_t x2[4], acc[4], new_acc[4];
    residues_of(x2, check->x2, 4);
    residues_of(acc, check->acc, 4);
    residues_of(new_acc, check->new_acc, 4);
    const uint32_t x = tg_ref_from_word(check->x1);
    // As the constraint spells it.
    uint32_t factor[4];
    for (size_t k = 0; k < 4; k++) {
        const uint32_t twice = tg_ref_mul(2, tg_ref_mul(x, x2[k]));
        factor[k] = tg_ref_sub(twice, x2[k]);
    }
    factor[0] = tg_ref_add(factor[0], tg_ref_sub(1, x));
    tg_ref_ext_mul(acc, acc, factor);
    const uint32_t felt = tg_ref_from_word(check->field_acc);
    *sort = x;
    return x <= 1 && memcmp(acc, new_acc, sizeof acc) == 0 &&
           tg_ref_from_word(check->new_field_acc) == tg_ref_add(x, tg_ref_mul(2, felt));
}

/* Traces whose main events the constraints tie, with the sorts that must occur. */
static const struct {
    const char *name;
    is_valid *check;
    unsigned nb_sorts;
} tied[] = {
    {"BaseAlu.main", base_alu_is_valid, 5},
    {"ExtAlu.main", ext_alu_is_valid, 5},
    {"Select.main", select_is_valid, 2},
    {"Poseidon2SBox.main", sbox_is_valid, 2},
    {"Poseidon2LinearLayer.main", linear_layer_is_valid, 2},
    {"PrefixSumChecks.main", prefix_sum_is_valid, 2},
};
#define NB_TIED (sizeof tied / sizeof tied[0])

/* Count valid events, by sorts. */
static size_t count_valid(size_t nb[8], const tg_subject *subject, is_valid *check,
                          tg_profile profile, tg_validity validity)
{
    const size_t size = tg_trace_event_size(subject->trace);
    unsigned char *events = generated_events(subject, profile, validity, NB_EVENTS);
    tg_assert_ok(tg_trace_check_events(subject->trace, events, NB_EVENTS, tg_suite_error));
    size_t nb_valid = 0;
    memset(nb, 0, 8 * sizeof nb[0]);
    for (size_t k = 0; k < NB_EVENTS; k++) {
        unsigned sort = 0;
        if (!check(events + k * size, &sort)) continue;
        nb_valid++;
        nb[sort]++;
    }
    tg_buffer_destroy(events);
    return nb_valid;
}

START_TEST(profiles_valid_events_obey_the_constraints)
{
    for (size_t i = 0; i < NB_TIED; i++) {
        const tg_subject subject = generated_subject(tied[i].name);
        for (tg_profile profile = 0; profile < TG_NB_PROFILES; profile++) {
            if (!tg_generator_has_profile(&subject, profile)) continue;
            size_t nb[8];
            ck_assert_msg(count_valid(nb, &subject, tied[i].check, profile, TG_VALID_CONSTRAINTS) ==
                              NB_EVENTS,
                          "%s, %s", tied[i].name, tg_profile_name(profile));
            // Zeros are divided by where events are of corner values.
            const bool has_zeros = profile == TG_PROFILE_BOUNDARY || profile == TG_PROFILE_MIXED;
            for (unsigned sort = 0; sort < tied[i].nb_sorts; sort++) {
                if (sort == 4 && !has_zeros) continue;
                ck_assert_msg(nb[sort] > 0, "%s, %s: none of sort %u", tied[i].name,
                              tg_profile_name(profile), sort);
            }
        }
    }
}
END_TEST

START_TEST(profiles_valid_events_are_few_among_any)
{
    for (size_t i = 0; i < NB_TIED; i++) {
        const tg_subject subject = generated_subject(tied[i].name);
        size_t nb[8];
        ck_assert_uint_eq(
            count_valid(nb, &subject, tied[i].check, TG_PROFILE_UNIFORM, TG_VALID_ANY), 0);
        const size_t nb_boundary =
            count_valid(nb, &subject, tied[i].check, TG_PROFILE_BOUNDARY, TG_VALID_ANY);
        ck_assert_msg(nb_boundary < NB_EVENTS / 4, "%s: %zu", tied[i].name, nb_boundary);
    }
}
END_TEST

START_TEST(profiles_valid_keeps_bits_and_operands)
{
    // What the constraints allow stays as it was drawn.
    const tg_subject subject = generated_subject("Select.main");
    tg_select_event *any = generated_events(&subject, TG_PROFILE_BOUNDARY, TG_VALID_ANY, NB_EVENTS);
    tg_select_event *valid =
        generated_events(&subject, TG_PROFILE_BOUNDARY, TG_VALID_CONSTRAINTS, NB_EVENTS);
    size_t nb_bits = 0;
    for (size_t k = 0; k < NB_EVENTS; k++) {
        ck_assert(any[k].in1 == valid[k].in1 && any[k].in2 == valid[k].in2);
        if (any[k].bit != 0 && any[k].bit != TG_WORD_ONE) continue;
        ck_assert_uint_eq(any[k].bit, valid[k].bit);
        nb_bits++;
    }
    ck_assert_uint_ge(nb_bits, 20);
    tg_buffer_destroy(any);
    tg_buffer_destroy(valid);
}
END_TEST

START_TEST(profiles_valid_events_keep_their_bounds)
{
    const tg_subject subject = generated_subject("Global.main");
    const tg_trace *trace = subject.trace;
    ck_assert_uint_eq(trace->nb_bounds, 2);
    for (tg_profile profile = 0; profile < TG_NB_PROFILES; profile++) {
        void *any = generated_events(&subject, profile, TG_VALID_ANY, NB_EVENTS);
        void *valid = generated_events(&subject, profile, TG_VALID_CONSTRAINTS, NB_EVENTS);
        for (size_t i = 0; i < trace->nb_bounds; i++) {
            size_t first = 0;
            ck_assert_uint_eq(
                tg_trace_nb_beyond(&first, trace, &trace->bounds[i], valid, NB_EVENTS), 0);
            // Events of real shards are within them.
            const size_t nb_any =
                tg_trace_nb_beyond(&first, trace, &trace->bounds[i], any, NB_EVENTS);
            ck_assert(profile == TG_PROFILE_REALISTIC ? nb_any == 0 : nb_any > NB_EVENTS / 8);
        }
        tg_buffer_destroy(any);
        tg_buffer_destroy(valid);
    }
}
END_TEST

START_TEST(profiles_valid_changes_no_trace_without_constraints)
{
    size_t nb_alike = 0, nb_others = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (subject.trace->event == NULL) continue;
        void *any = generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_ANY, NB_EVENTS);
        void *valid =
            generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_CONSTRAINTS, NB_EVENTS);
        const bool is_alike =
            memcmp(any, valid, NB_EVENTS * tg_trace_event_size(subject.trace)) == 0;
        nb_alike += is_alike;
        nb_others += !is_alike;
        tg_buffer_destroy(any);
        tg_buffer_destroy(valid);
    }
    // The chips above, and Global's bounds.
    ck_assert_uint_eq(nb_others, NB_TIED + 1);
    ck_assert_uint_ge(nb_alike, 17);
}
END_TEST

TG_SUITE("profiles_valid", profiles_valid_events_obey_the_constraints,
         profiles_valid_events_are_few_among_any, profiles_valid_keeps_bits_and_operands,
         profiles_valid_events_keep_their_bounds,
         profiles_valid_changes_no_trace_without_constraints)
