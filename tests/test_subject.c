/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Subjects: the joined tables, and finding traces by name. */
#include "harness/subject.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(subject_joins_the_tables_by_index)
{
    ck_assert_uint_gt(tg_nb_traces(), 0);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        ck_assert_ptr_eq(subject.trace, tg_trace_at(i));
        ck_assert_ptr_eq(subject.reference, tg_ref_at(i));
        ck_assert_ptr_eq(subject.plan, tg_plan_at(i));
        ck_assert_ptr_nonnull(subject.reference);
        ck_assert_ptr_nonnull(subject.plan);
    }
}
END_TEST

START_TEST(subject_has_the_draws_of_its_chip_and_kind)
{
    // PublicValues draws 2 instructions and 1 event; MemoryVar has nothing peculiar.
    static const struct {
        const char *name;
        size_t nb_events;
    } expected[] = {{"PublicValues.preprocessed", 2},
                    {"PublicValues.main", 1},
                    {"MemoryVar.main", 0},
                    {"MemoryVarV1.main", 0}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        size_t indices[TG_NB_KINDS], nb_indices = 0;
        tg_assert_ok(tg_subject_find(indices, &nb_indices, expected[i].name, tg_suite_error));
        ck_assert_uint_eq(nb_indices, 1);
        const tg_trace_draws *draws = tg_subject_at(indices[0]).draws;
        ck_assert_int_eq(draws != NULL, expected[i].nb_events != 0);
        if (draws != NULL) ck_assert_uint_eq(draws->upstream_nb_events, expected[i].nb_events);
    }
}
END_TEST

START_TEST(subject_find_takes_every_trace_name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        size_t indices[TG_NB_KINDS], nb_indices = 0;
        tg_assert_ok(tg_subject_find(indices, &nb_indices, tg_trace_at(i)->name, tg_suite_error));
        ck_assert_uint_eq(nb_indices, 1);
        ck_assert_uint_eq(indices[0], i);
    }
}
END_TEST

START_TEST(subject_find_takes_every_chip_name)
{
    size_t nb_found = 0;
    for (size_t i = 0; i < tg_nb_chips(); i++) {
        const tg_chip *chip = tg_chip_at(i);
        size_t indices[TG_NB_KINDS], nb_indices = 0;
        tg_assert_ok(tg_subject_find(indices, &nb_indices, chip->name, tg_suite_error));
        for (size_t k = 0; k < nb_indices; k++) {
            ck_assert_ptr_eq(tg_trace_at(indices[k])->chip, chip);
            ck_assert(k == 0 || indices[k] > indices[k - 1]);
        }
        nb_found += nb_indices;
    }
    ck_assert_uint_eq(nb_found, tg_nb_traces());
}
END_TEST

START_TEST(subject_find_names_the_nearest_name)
{
    static const char *const wrong[][2] = {
        {"Slect", "nearest name is Select;"},
        {"select", "nearest name is Select;"},
        {"BASEALU", "nearest name is BaseAlu;"},
        {"Poseidon2Wide", "nearest name is Poseidon2WideDeg3;"},
        {"MemoryVar/1", "nearest name is MemoryVarV1;"},
        {"Selct.main", "nearest name is Select.main;"},
        {"extalu.preprocesed", "nearest name is ExtAlu.preprocessed;"},
        {"Select.mian", "nearest name is Select.main;"},
        // A part of a name is nearer to it than any other name, however short.
        {"LinearLayer", "nearest name is Poseidon2LinearLayer;"},
        {"sbox", "nearest name is Poseidon2SBox;"},
        {"linearlayer.main", "nearest name is Poseidon2LinearLayer.main;"},
        {"Alu", "nearest name is ExtAlu;"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t indices[TG_NB_KINDS], nb_indices = 0;
        tg_assert_fails(TG_ERR_USAGE, wrong[i][1],
                        tg_subject_find(indices, &nb_indices, wrong[i][0], tg_suite_error));
        tg_assert_fails(TG_ERR_USAGE, "tracegate list",
                        tg_subject_find(indices, &nb_indices, wrong[i][0], tg_suite_error));
    }
}
END_TEST

START_TEST(subject_find_names_nothing_that_is_far)
{
    // No names, and chips of SP1 that are not here.
    static const char *const far[] = {
        "",
        ".main",
        "x",
        "al",
        "..",
        "Byte",
        "Program",
        "AddSub",
        "Mul",
        "DivRem",
        "Bitwise",
        "Lt",
        "ShiftLeft",
        "Branch",
        "Jump",
        "MemoryLocal",
        "MemoryGlobalInit",
        "StateBump",
        "KeccakPermute",
        "MemoryLocal.main",
        "SyscallCore.preprocessed",
    };
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        size_t indices[TG_NB_KINDS], nb_indices = 0;
        tg_error error = {0};
        ck_assert_int_eq(tg_subject_find(indices, &nb_indices, far[i], &error), TG_ERR_USAGE);
        ck_assert_msg(strcmp(error.how, "'tracegate list' shows all") == 0, "%s: %s", far[i],
                      error.how);
    }
}
END_TEST

START_TEST(subject_names_contain_parts)
{
    ck_assert(tg_name_contains("BaseAlu", "alu"));
    ck_assert(tg_name_contains("BaseAlu", "BASE"));
    ck_assert(tg_name_contains("aab", "ab"));
    ck_assert(tg_name_contains("a", ""));
    ck_assert(!tg_name_contains("BaseAlu", "BaseAlus"));
    ck_assert(!tg_name_contains("BaseAlu", "lau"));
    ck_assert(!tg_name_contains("", "a"));
}
END_TEST

START_TEST(subject_find_tells_a_wrong_kind_from_a_wrong_chip)
{
    size_t indices[TG_NB_KINDS], nb_indices = 0;
    tg_assert_fails(TG_ERR_USAGE, "chip Select has no trace of the kind \"side\"",
                    tg_subject_find(indices, &nb_indices, "Select.side", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "chip Select has no trace of the kind \"\"",
                    tg_subject_find(indices, &nb_indices, "Select.", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "no chip is called 'Selec'",
                    tg_subject_find(indices, &nb_indices, "Selec.main", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "no chip is called ''",
                    tg_subject_find(indices, &nb_indices, "", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "no chip is called ''",
                    tg_subject_find(indices, &nb_indices, ".main", tg_suite_error));
}
END_TEST

START_TEST(subject_find_takes_names_of_any_length)
{
    // Longer than every name and every text of an error.
    char name[4096];
    memset(name, 'S', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    size_t indices[TG_NB_KINDS], nb_indices = 0;
    ck_assert_int_eq(tg_subject_find(indices, &nb_indices, name, NULL), TG_ERR_USAGE);
    tg_assert_fails(TG_ERR_USAGE, "no chip is called 'SSSS",
                    tg_subject_find(indices, &nb_indices, name, tg_suite_error));
    ck_assert_uint_eq(nb_indices, 0);
}
END_TEST

TG_SUITE("subject", subject_names_contain_parts, subject_joins_the_tables_by_index,
         subject_has_the_draws_of_its_chip_and_kind, subject_find_takes_every_trace_name,
         subject_find_takes_every_chip_name, subject_find_names_the_nearest_name,
         subject_find_names_nothing_that_is_far, subject_find_tells_a_wrong_kind_from_a_wrong_chip,
         subject_find_takes_names_of_any_length)
