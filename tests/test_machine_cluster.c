/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The smallest cluster of a set of chips. */
#include "machine_sets.h"
#include "sample.h"

#define NB_ELEMENTS(table) (sizeof(table) / sizeof(table)[0])

static bool has_chip(const tg_cluster *cluster, size_t chip)
{
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        if (cluster->chips[i] == chip) return true;
    }
    return false;
}

#define NONE TG_NO_CLUSTER

/* Sets and their smallest clusters, Program, Byte, Range and Global being in each set. */
static const struct {
    const char *chips;
    size_t riscv, mprotect;
} vectors[] = {
    {"", 9, 9},
    {"MemoryGlobalInit", 9, 9},
    {"MemoryGlobalInit MemoryGlobalFinalize", 9, 9},
    {"SyscallPrecompile", 12, 12},
    {"MemoryLocal", 12, 12},
    {"SyscallPrecompile MemoryLocal KeccakPermute KeccakPermuteControl", 18, 18},
    {"ShaExtend", 10, 10},
    {"Add", 0, 0},
    {"MemoryBump StateBump", 0, 0},
    {"Add Uint256Ops", 5, 5},
    {"SyscallPrecompile Uint256Ops", 24, 24},
    {"Add MemoryGlobalInit MemoryGlobalFinalize", 1, 1},
    {"Add ShaExtend ShaExtendControl", 4, 4},
    {"Add ShaExtend ShaExtendControl Uint256Ops", 8, 8},
    {"Add Uint256Ops Poseidon2", 7, 7},
    {"Add KeccakPermute", NONE, NONE},
    {"SyscallPrecompile EdAddAssign EdDecompress", NONE, NONE},
    {"AddUser", NONE, 32},
    {"MemoryLocal PageProtLocal", NONE, 44},
    {"SyscallPrecompileUser", NONE, 44},
};

START_TEST(machine_cluster_is_as_specified)
{
    for (size_t i = 0; i < 2 * NB_ELEMENTS(vectors); i++) {
        const tg_machine *machine = machine_named(i % 2 == 0 ? "riscv" : "riscv-mprotect");
        const size_t expected = i % 2 == 0 ? vectors[i / 2].riscv : vectors[i / 2].mprotect;
        bool is_included[TG_MAX_MACHINE_CHIPS] = {false};
        size_t cluster = 1000;
        include(is_included, machine, "Program Byte Range Global");
        include(is_included, machine, vectors[i / 2].chips);
        const tg_status status = tg_machine_smallest_cluster(&cluster, machine, is_included, NULL);
        ck_assert_int_eq(status, expected == NONE ? TG_ERR_USAGE : TG_OK);
        ck_assert_msg(cluster == expected, "%s: %s: %zu", machine->id, vectors[i / 2].chips,
                      cluster);
    }
}
END_TEST

START_TEST(machine_cluster_of_a_cluster_is_itself)
{
    for (size_t m = 0; m < tg_nb_machines(); m++) {
        const tg_machine *machine = tg_machine_at(m);
        for (size_t i = 0; i < machine->nb_clusters; i++) {
            const tg_cluster *cluster = &machine->clusters[i];
            bool is_included[TG_MAX_MACHINE_CHIPS] = {false};
            size_t first = 0, found = NONE;
            for (size_t j = 0; j < cluster->nb_chips; j++) {
                is_included[cluster->chips[j]] = true;
            }
            // Lists of equal sets are equal: both are in order of names.
            while (machine->clusters[first].nb_chips != cluster->nb_chips ||
                   memcmp(machine->clusters[first].chips, cluster->chips,
                          cluster->nb_chips * sizeof *cluster->chips) != 0) {
                first++;
            }
            tg_assert_ok(tg_machine_smallest_cluster(&found, machine, is_included, tg_suite_error));
            ck_assert_uint_eq(found, first);
        }
    }
}
END_TEST

/* A set of chips as bits. */
typedef struct bits {
    uint64_t words[TG_MAX_MACHINE_CHIPS / 64];
} bits;

static void set_bit(bits *set, size_t chip) { set->words[chip / 64] |= (uint64_t)1 << chip % 64; }

static bool is_within(const bits *part, const bits *whole)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < NB_ELEMENTS(part->words); i++) {
        outside |= part->words[i] & ~whole->words[i];
    }
    return outside == 0;
}

/* The smallest cluster by another way: sizes from 0 up, and for each the clusters from the first
 * one on. */
static size_t oracle(const tg_machine *machine, const bool *is_included)
{
    bits included = {.words = {0}};
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        if (is_included[chip]) set_bit(&included, chip);
    }
    for (size_t size = 0; size <= machine->nb_chips; size++) {
        for (size_t i = 0; i < machine->nb_clusters; i++) {
            bits cluster = {.words = {0}};
            if (machine->clusters[i].nb_chips != size) continue;
            for (size_t chip = 0; chip < machine->nb_chips; chip++) {
                if (has_chip(&machine->clusters[i], chip)) set_bit(&cluster, chip);
            }
            if (is_within(&included, &cluster)) return i;
        }
    }
    return NONE;
}

/* A number below a bound. */
static size_t draw(uint64_t *state, size_t below) { return sample_next(state) % below; }

/* A part of a cluster, and now and then a chip from anywhere. */
static void draw_set(bool is_included[TG_MAX_MACHINE_CHIPS], const tg_machine *machine,
                     uint64_t *state)
{
    const tg_cluster *cluster = &machine->clusters[draw(state, machine->nb_clusters)];
    const size_t share = draw(state, 9);
    memset(is_included, 0, TG_MAX_MACHINE_CHIPS * sizeof *is_included);
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        is_included[cluster->chips[i]] = draw(state, 8) < share;
    }
    while (draw(state, 4) == 0) {
        is_included[draw(state, machine->nb_chips)] = true;
    }
}

START_TEST(machine_cluster_of_drawn_sets_is_the_oracles)
{
    uint64_t state = 7;
    size_t nb_none = 0, nb_found = 0;
    for (size_t i = 0; i < 6000; i++) {
        const tg_machine *machine = tg_machine_at(i % tg_nb_machines());
        bool is_included[TG_MAX_MACHINE_CHIPS];
        size_t cluster = 1000;
        draw_set(is_included, machine, &state);
        const tg_status status = tg_machine_smallest_cluster(&cluster, machine, is_included, NULL);
        ck_assert_uint_eq(cluster, oracle(machine, is_included));
        ck_assert_int_eq(status == TG_OK, cluster != NONE);
        nb_none += cluster == NONE;
        nb_found += cluster != NONE;
    }
    ck_assert_uint_gt(nb_none, 300);
    ck_assert_uint_gt(nb_found, 3000);
}
END_TEST

START_TEST(machine_cluster_is_the_first_of_equals)
{
    // Two clusters of 2 chips, and a third set that is equal to the second: the order decides.
    static const tg_machine_chip chips[] = {{.name = "A", .width = 1},
                                            {.name = "B", .width = 1},
                                            {.name = "C", .width = 1}};
    static const uint16_t by_name[] = {0, 1, 2}, ab[] = {0, 1}, ac[] = {0, 2}, abc[] = {0, 1, 2};
    static const tg_cluster forth[] = {{"abc", 3, abc},
                                       {"ab", 2, ab},
                                       {"ac", 2, ac},
                                       {"ac again", 2, ac}};
    static const tg_cluster back[] = {{"ac again", 2, ac},
                                      {"ac", 2, ac},
                                      {"ab", 2, ab},
                                      {"abc", 3, abc}};
    static const bool a[] = {true, false, false}, c[] = {false, false, true},
                      bc[] = {false, true, true};
    tg_machine machine = {.id = "toy", .short_id = "toy", .nb_chips = 3, .chips = chips};
    machine.by_name = by_name;
    machine.nb_clusters = NB_ELEMENTS(forth);
    for (size_t i = 0; i < 2; i++) {
        size_t of_a = NONE, of_c = NONE, of_bc = NONE;
        machine.clusters = i == 0 ? forth : back;
        tg_assert_ok(tg_machine_smallest_cluster(&of_a, &machine, a, tg_suite_error));
        tg_assert_ok(tg_machine_smallest_cluster(&of_c, &machine, c, tg_suite_error));
        tg_assert_ok(tg_machine_smallest_cluster(&of_bc, &machine, bc, tg_suite_error));
        ck_assert_uint_eq(of_a, i == 0 ? 1 : 0);
        ck_assert_uint_eq(of_c, i == 0 ? 2 : 0);
        ck_assert_uint_eq(of_bc, i == 0 ? 0 : 3);
    }
}
END_TEST

START_TEST(machine_cluster_error_says_which_chips_fit_nowhere)
{
    static const struct {
        const char *chips, *text;
    } expected[] = {
        {"AddUser Byte", "without AddUser there is one"},
        {"Add KeccakPermute", "has all of these 2 chips: Add, KeccakPermute"},
        {"Add KeccakPermute", "without one of Add, KeccakPermute there is one"},
        {"Add Byte Range KeccakPermute", "without one of Add, KeccakPermute there is one"},
        {"AddUser AddiUser Byte", "in no cluster of it are: AddUser, AddiUser"},
        {"Add EdAddAssign EdDecompress KeccakPermute", "more than one of them is too much"},
    };
    const tg_machine *machine = machine_named("riscv");
    size_t cluster = 0;
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        bool is_included[TG_MAX_MACHINE_CHIPS] = {false};
        include(is_included, machine, expected[i].chips);
        tg_assert_fails(
            TG_ERR_USAGE, expected[i].text,
            tg_machine_smallest_cluster(&cluster, machine, is_included, tg_suite_error));
        ck_assert_uint_eq(cluster, NONE);
    }
    // More names than there is room for.
    bool all[TG_MAX_MACHINE_CHIPS];
    memset(all, true, sizeof all);
    tg_assert_fails(TG_ERR_USAGE, "of these 122 chips: Add, AddUser, Addi, ",
                    tg_machine_smallest_cluster(&cluster, machine, all, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE,
                    " more: ", tg_machine_smallest_cluster(&cluster, machine, all, tg_suite_error));
}
END_TEST

TG_SUITE("machine_cluster", machine_cluster_is_as_specified, machine_cluster_of_a_cluster_is_itself,
         machine_cluster_of_drawn_sets_is_the_oracles, machine_cluster_is_the_first_of_equals,
         machine_cluster_error_says_which_chips_fit_nowhere)
