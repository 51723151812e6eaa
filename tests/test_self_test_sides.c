/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's proof of itself on side outputs: what it plants, that it finds all of it, and that it
 * would notice if it did not. */
#include "toy_sides.h"

#include "harness/self_test.h"
#include "suite.h"

static void run(tg_plant_tally tallies[TG_NB_PLANTS], const tg_product *right)
{
    memset(tallies, 0, TG_NB_PLANTS * sizeof *tallies);
    tg_assert_ok(tg_self_test_run(tallies, &toy_trace, 7, right, 32, tg_suite_error));
}

static void assert_planted(const tg_plant_tally *tallies, tg_plant plant, size_t nb)
{
    ck_assert_msg(tallies[plant].nb_planted == nb, "%s: planted %zu", tg_plant_name(plant),
                  tallies[plant].nb_planted);
    ck_assert_msg(tallies[plant].nb_missed == 0, "%s: missed", tg_plant_name(plant));
}

/* How often the toy trace shows each sort: in every side output, or in the only one that has a
 * residue, several words, lookups. */
static const size_t nb_of_toy[TG_NB_PLANTS] = {
    [TG_PLANT_SIDE_WORD] = TOY_NB_SIDES, [TG_PLANT_SIDE_LAST] = TOY_NB_SIDES,
    [TG_PLANT_SIDE_NOT_REDUCED] = 1,     [TG_PLANT_SIDE_SWAPPED] = 1,
    [TG_PLANT_LOOKUP_MOVED] = 1,         [TG_PLANT_LOOKUP_TWICE] = 1,
    [TG_PLANT_LOOKUP_NOWHERE] = 1,
};

START_TEST(self_test_sides_finds_all_plants)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    tg_product right;
    tg_product before;
    tg_assert_ok(toy_fill(&right, 32, tg_suite_error));
    tg_assert_ok(toy_fill(&before, 32, tg_suite_error));
    run(tallies, &right);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        if (tg_plant_is_of_sides(plant)) assert_planted(tallies, plant, nb_of_toy[plant]);
    }
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        ck_assert_mem_eq(right.sides[side], before.sides[side],
                         tg_side_nb_words(&toy_trace.sides[side]) * sizeof(uint32_t));
    }
    tg_product_destroy(&before);
    tg_product_destroy(&right);
}
END_TEST

START_TEST(self_test_sides_says_what_cannot_be_planted)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    tg_product right;
    tg_assert_ok(toy_fill(&right, 32, tg_suite_error));
    // No lookup is made: none can be moved or made twice.
    memset(right.sides[TOY_SIDE_LOOKUPS], 0, TG_NB_BYTE_LOOKUPS * sizeof(uint32_t));
    run(tallies, &right);
    assert_planted(tallies, TG_PLANT_LOOKUP_MOVED, 0);
    assert_planted(tallies, TG_PLANT_LOOKUP_TWICE, 0);
    assert_planted(tallies, TG_PLANT_LOOKUP_NOWHERE, 1);
    // All words alike: none can be exchanged.
    for (size_t i = 0; i < TOY_NB_SUMS; i++) {
        right.sides[TOY_SIDE_SUMS][i] = 5;
    }
    run(tallies, &right);
    assert_planted(tallies, TG_PLANT_SIDE_SWAPPED, 0);
    assert_planted(tallies, TG_PLANT_SIDE_WORD, TOY_NB_SIDES);
    // Every counter can be the one that is made, the first and the last too.
    static const size_t made[] = {0, 1, TG_BYTE_LOOKUP(TG_BYTE_OP_MSB, 5, 0), TG_RANGE_LOOKUPS + 1,
                                  TG_NB_BYTE_LOOKUPS - 1};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        right.sides[TOY_SIDE_LOOKUPS][made[i]] = 1;
        run(tallies, &right);
        assert_planted(tallies, TG_PLANT_LOOKUP_MOVED, 1);
        assert_planted(tallies, TG_PLANT_LOOKUP_TWICE, 1);
        right.sides[TOY_SIDE_LOOKUPS][made[i]] = 0;
    }
    tg_product_destroy(&right);
}
END_TEST

/* Side outputs that are wrong by themselves: planted words are not the only ones, and that must
 * show as missed. */
START_TEST(self_test_sides_misses_plants_in_wrong_outputs)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    tg_product right;
    tg_assert_ok(toy_fill(&right, 32, tg_suite_error));
    right.sides[TOY_SIDE_SUMS][5] = TG_P;
    run(tallies, &right);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        if (!tg_plant_is_of_sides(plant)) continue;
        ck_assert_msg(tallies[plant].nb_planted == nb_of_toy[plant] &&
                          tallies[plant].nb_missed == nb_of_toy[plant],
                      "%s", tg_plant_name(plant));
    }
    tg_product_destroy(&right);
}
END_TEST

TG_SUITE("self_test_sides", self_test_sides_finds_all_plants,
         self_test_sides_says_what_cannot_be_planted,
         self_test_sides_misses_plants_in_wrong_outputs)
