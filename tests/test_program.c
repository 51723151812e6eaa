/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drawn programs: what holds of every program, by a checker that is proven on SP1's own; what a
 * seed promises; what is drawn.
 */
#include "program_pairs.h"

#include <omp.h>

#define NB_DRAWN 1000

static tg_program drawn(tg_program_machine machine, uint64_t seed, size_t nb_instructions)
{
    tg_program program;
    tg_assert_ok(tg_program_draw(&program, machine, seed, nb_instructions, tg_suite_error));
    return program;
}

static const tg_program_list *events_of(const tg_program *program, const char *name)
{
    return tg_program_events(program, sample_trace(name));
}

/* ---- the checker, on programs that SP1 executed ---- */

START_TEST(program_checker_agrees_with_programs_that_sp1_executed)
{
    // Outputs that must be read once are those of the layers and s-boxes: 4 * 66 + 59 in wrap.
    static const struct {
        const char *folder;
        size_t nb_pairs;
        size_t nb_once;
    } records[] = {{"executed/compress", 8, 0}, {"executed/wrap", 9, 323}};
    for (size_t i = 0; i < 2; i++) {
        pairs all;
        size_t nb_once = 0;
        pairs_of_record(&all, records[i].folder);
        ck_assert_uint_eq(all.nb_pairs, records[i].nb_pairs);
        rows_found found = pairs_find(&all);
        ck_assert_uint_eq(found.nb_violated, 0);
        ck_assert_uint_gt(found.nb_messages, 3000);
        ck_assert_uint_eq(pairs_nb_unbalanced(&found), 0);
        ck_assert_uint_eq(pairs_nb_wrong_accesses(&all, &nb_once), 0);
        ck_assert_uint_eq(nb_once, records[i].nb_once);
        free(found.messages);
        pairs_clear(&all);
    }
}
END_TEST

START_TEST(program_checker_sees_that_a_cut_program_does_not_balance)
{
    pairs all;
    size_t nb_once = 0;
    pairs_of_record(&all, "shrink");
    rows_found found = pairs_find(&all);
    ck_assert_uint_eq(found.nb_violated, 0);
    ck_assert_uint_gt(pairs_nb_unbalanced(&found), 0);
    ck_assert_uint_gt(pairs_nb_wrong_accesses(&all, &nb_once), 0);
    free(found.messages);
    pairs_clear(&all);
}
END_TEST

/* ---- what holds of every program ---- */

/* Check a program; returns the number of its addresses that must be read once. */
static size_t assert_valid(const tg_program *program)
{
    pairs all;
    size_t nb_once = 0;
    pairs_of_program(&all, program);
    ck_assert_uint_eq(all.nb_pairs, program->machine == TG_PROGRAM_COMPRESS ? 8 : 9);
    rows_found found = pairs_find(&all);
    ck_assert_uint_eq(found.nb_violated, 0);
    ck_assert_uint_eq(pairs_nb_unbalanced(&found), 0);
    ck_assert_uint_eq(pairs_nb_wrong_accesses(&all, &nb_once), 0);
    free(found.messages);
    pairs_clear(&all);
    return nb_once;
}

START_TEST(program_constraints_hold_and_the_bus_balances)
{
    static const uint64_t seeds[] = {0, 1, 7, 0xdeadbeef, UINT64_C(1) << 63, UINT64_MAX};
    static const size_t lengths[] = {0, 1, 2, 3, 10, 33, 200, NB_DRAWN};
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        size_t nb_once = 0;
        for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
            for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
                tg_program program = drawn(machine, seeds[i], lengths[k]);
                nb_once += assert_valid(&program);
                tg_program_clear(&program);
            }
        }
        // Only steps of the permutation, of which compress has none, write such outputs.
        ck_assert_int_eq(nb_once > 1000, machine == TG_PROGRAM_WRAP);
    }
}
END_TEST

/* ---- what the checker notices ---- */

/* Whether a changed pair of rows is found: by a constraint, or by other messages, which unbalance a
 * bus that balanced. */
static bool is_noticed(const pairs *all, const pair *one, size_t row, const uint32_t *preprocessed,
                       const uint32_t *main)
{
    const rows_chip *chip = &rows_chips[one->chip];
    rows_found found = {0};
    chip->rows(&found, preprocessed, main, all->public_values);
    const uint64_t nb_violated = found.nb_violated;
    const size_t nb_changed = found.nb_messages;
    chip->rows(&found, pair_row(one, TG_KIND_preprocessed, row), pair_row(one, TG_KIND_main, row),
               all->public_values);
    for (size_t i = nb_changed; i < found.nb_messages; i++) {
        found.messages[i].mult = rows_sub(0, found.messages[i].mult);
    }
    const bool noticed = nb_violated != 0 || pairs_nb_unbalanced(&found) != 0;
    free(found.messages);
    return noticed;
}

/* Whether a column counts reads or says what the row is: what is changed in preprocessed rows.
 * An address, or a value, that nobody reads may be any. */
static bool is_switch(const char *column)
{
    return strstr(column, "mult") != NULL || strstr(column, "is_") != NULL ||
           strstr(column, "ternal") != NULL;
}

/* Multiplicity of a variable that a main cell holds; 1 in other chips. */
static uint32_t mult_of_variable(const pair *one, size_t row, size_t column)
{
    const bool is_variable = rows_chips[one->chip].rows == rows_memory_var ||
                             rows_chips[one->chip].rows == rows_memory_var_v1;
    return is_variable ? pair_row(one, TG_KIND_preprocessed, row)[column / 4 * 2 + 1] : 1;
}

/* Change one cell after the other of one trace of a pair; returns the number of changes. */
static size_t change_cells(const pairs *all, const pair *one, tg_kind kind)
{
    const size_t width = tg_trace_width(one->traces[kind]);
    uint32_t changed[TG_NB_KINDS][256];
    size_t nb_changes = 0;
    ck_assert_uint_le(width, 256);
    for (size_t row = 0; row < one->nb_live_rows; row++) {
        for (size_t column = 0; column < width; column++) {
            char name[TG_NAME_BYTES];
            (void)tg_trace_column_name(name, one->traces[kind], column);
            const bool is_there =
                tg_trace_cell(one->traces[kind], one->nb_instrs, row, column).eventful;
            if (!is_there || (kind == TG_KIND_preprocessed && !is_switch(name))) continue;
            if (kind == TG_KIND_main && mult_of_variable(one, row, column) == 0) continue;
            for (size_t k = 0; k < TG_NB_KINDS; k++) {
                memcpy(changed[k], pair_row(one, k, row),
                       tg_trace_width(one->traces[k]) * sizeof(uint32_t));
            }
            changed[kind][column] = rows_add(changed[kind][column], 1);
            ck_assert_msg(is_noticed(all, one, row, changed[0], changed[1]),
                          "%s: a change of %s in row %zu is not noticed", one->traces[kind]->name,
                          name, row);
            nb_changes++;
        }
    }
    return nb_changes;
}

START_TEST(program_every_changed_cell_is_noticed)
{
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        tg_program program = drawn(machine, 3, 200);
        pairs all;
        pairs_of_program(&all, &program);
        for (size_t i = 0; i < all.nb_pairs; i++) {
            const pair *one = &all.pairs[i];
            ck_assert_uint_gt(change_cells(&all, one, TG_KIND_preprocessed), 0);
            // The one column of the constants' main trace is 0 and means nothing.
            if (rows_chips[one->chip].rows == rows_memory_const) continue;
            ck_assert_uint_gt(change_cells(&all, one, TG_KIND_main), 0);
        }
        pairs_clear(&all);
        tg_program_clear(&program);
    }
}
END_TEST

START_TEST(program_wrong_multiplicities_and_addresses_are_noticed)
{
    tg_program program = drawn(TG_PROGRAM_COMPRESS, 5, 100);
    tg_base_alu_instr *instrs = events_of(&program, "BaseAlu.preprocessed")->events;
    // A read more than there is, a read of another cell, a second write to an address.
    uint32_t *const places[] = {&instrs[0].mult, &instrs[1].addrs.in1, &instrs[1].addrs.out};
    for (size_t i = 0; i < 3; i++) {
        pairs all;
        size_t nb_once = 0;
        const uint32_t word = *places[i];
        *places[i] = word < TG_WORD_ONE ? word + TG_P - TG_WORD_ONE : word - TG_WORD_ONE;
        pairs_of_program(&all, &program);
        rows_found found = pairs_find(&all);
        ck_assert_uint_gt(pairs_nb_unbalanced(&found), 0);
        ck_assert_uint_gt(pairs_nb_wrong_accesses(&all, &nb_once), 0);
        free(found.messages);
        pairs_clear(&all);
        *places[i] = word;
    }
    (void)assert_valid(&program);
    tg_program_clear(&program);
}
END_TEST

/* ---- what a seed promises ---- */

/* 64-bit FNV-1a over the lists of a program, with their numbers. */
static uint64_t digest_of(const tg_program *program)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t list = 0; list < program->nb_lists; list++) {
        const tg_program_list *events = &program->lists[list];
        const size_t size = tg_trace_event_size(tg_trace_at(list));
        const unsigned char *bytes = events->events;
        for (size_t i = 0; bytes != NULL && i < events->nb_events * size; i++) {
            digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
        }
        digest = (digest ^ events->nb_events) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static uint64_t digest_drawn(tg_program_machine machine, uint64_t seed, size_t nb_instructions)
{
    tg_program program = drawn(machine, seed, nb_instructions);
    const uint64_t digest = digest_of(&program);
    tg_program_clear(&program);
    return digest;
}

START_TEST(program_is_the_same_everywhere)
{
    // Digests of programs as first drawn: whoever sees another has other programs under old seeds.
    static const struct {
        tg_program_machine machine;
        uint64_t seed;
        uint64_t digest;
    } programs[] = {
        {TG_PROGRAM_COMPRESS, 7, UINT64_C(0xe3a25b323eb42925)},
        {TG_PROGRAM_WRAP, 7, UINT64_C(0xae40596295a6e516)},
        {TG_PROGRAM_WRAP, UINT64_MAX, UINT64_C(0x6a8a11e1182716ed)},
    };
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        const uint64_t digest = digest_drawn(programs[i].machine, programs[i].seed, NB_DRAWN);
        ck_assert_msg(digest == programs[i].digest, "program %zu has digest 0x%016llx", i,
                      (unsigned long long)digest);
    }
}
END_TEST

START_TEST(program_depends_on_its_seed_alone)
{
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        omp_set_num_threads(1);
        const uint64_t digest = digest_drawn(machine, 11, NB_DRAWN);
        omp_set_num_threads(3);
        ck_assert(digest_drawn(machine, 11, NB_DRAWN) == digest);
        ck_assert(digest_drawn(machine, 12, NB_DRAWN) != digest);
        ck_assert(digest_drawn(machine, 11 + (UINT64_C(1) << 32), NB_DRAWN) != digest);
    }
}
END_TEST

START_TEST(program_that_is_longer_begins_with_the_shorter)
{
    static const char *const names[] = {"BaseAlu.main",           "ExtAlu.main",
                                        "Poseidon2WideDeg3.main", "Select.main",
                                        "PrefixSumChecks.main",   "MemoryVar.main"};
    tg_program shorter = drawn(TG_PROGRAM_COMPRESS, 9, NB_DRAWN);
    tg_program longer = drawn(TG_PROGRAM_COMPRESS, 9, NB_DRAWN + 300);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const tg_program_list *begin = events_of(&shorter, names[i]);
        const tg_program_list *whole = events_of(&longer, names[i]);
        ck_assert_uint_gt(begin->nb_events, 50);
        ck_assert_uint_gt(whole->nb_events, begin->nb_events);
        ck_assert_mem_eq(whole->events, begin->events,
                         begin->nb_events * tg_trace_event_size(sample_trace(names[i])));
    }
    tg_program_clear(&shorter);
    tg_program_clear(&longer);
}
END_TEST

/* ---- what is drawn ---- */

START_TEST(program_of_nothing_is_empty)
{
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        tg_program program = drawn(machine, 7, 0);
        ck_assert_uint_eq(program.nb_lists, tg_nb_traces());
        for (size_t list = 0; list < program.nb_lists; list++) {
            ck_assert_uint_eq(program.lists[list].nb_events, 0);
        }
        ck_assert_ptr_nonnull(events_of(&program, "BaseAlu.main"));
        tg_program_clear(&program);
        ck_assert_ptr_null(program.lists);
    }
}
END_TEST

START_TEST(program_has_the_chips_of_its_machine)
{
    static const char *const of_compress[] = {"MemoryVar.main", "Poseidon2WideDeg3.main",
                                              "PrefixSumChecks.preprocessed"};
    static const char *const of_wrap[] = {"MemoryVarV1.main", "Poseidon2SBox.preprocessed",
                                          "Poseidon2LinearLayer.main", "ExtFeltConvert.main"};
    tg_program compress = drawn(TG_PROGRAM_COMPRESS, 7, 1);
    tg_program wrap = drawn(TG_PROGRAM_WRAP, 7, 1);
    for (size_t i = 0; i < sizeof of_compress / sizeof of_compress[0]; i++) {
        ck_assert_ptr_nonnull(events_of(&compress, of_compress[i]));
        ck_assert_ptr_null(events_of(&wrap, of_compress[i]));
    }
    for (size_t i = 0; i < sizeof of_wrap / sizeof of_wrap[0]; i++) {
        ck_assert_ptr_nonnull(events_of(&wrap, of_wrap[i]));
        ck_assert_ptr_null(events_of(&compress, of_wrap[i]));
    }
    const tg_trace added = *sample_trace("BaseAlu.main");
    ck_assert_ptr_null(tg_program_events(&compress, &added));
    // Constants and commitment stand in the shortest program too.
    ck_assert_uint_ge(events_of(&wrap, "MemoryConst.preprocessed")->nb_events, 10);
    ck_assert_uint_eq(events_of(&wrap, "MemoryConst.main")->nb_events,
                      events_of(&wrap, "MemoryConst.preprocessed")->nb_events);
    ck_assert_ptr_null(events_of(&wrap, "MemoryConst.main")->events);
    ck_assert_uint_eq(events_of(&wrap, "PublicValues.main")->nb_events, 1);
    ck_assert_mem_eq(events_of(&wrap, "PublicValues.main")->events, wrap.committed,
                     sizeof wrap.committed);
    tg_program_clear(&compress);
    tg_program_clear(&wrap);
}
END_TEST

/* Set the bit of each value that a field of all instructions holds. */
static unsigned values_of(const tg_program *program, const char *name, size_t offset, size_t size)
{
    const tg_program_list *list = events_of(program, name);
    const size_t stride = tg_trace_event_size(sample_trace(name));
    unsigned values = 0;
    for (size_t i = 0; i < list->nb_events; i++) {
        uint32_t value = 0;
        memcpy(&value, (const unsigned char *)list->events + i * stride + offset, size);
        ck_assert_uint_lt(value, 32);
        values |= 1u << value;
    }
    return values;
}
#define VALUES_OF(program, name, STRUCT, field) \
    values_of(program, name, offsetof(STRUCT, field), sizeof(((STRUCT *)0)->field))

START_TEST(program_of_1000_instructions_has_every_opcode_flag_and_direction)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        tg_program compress = drawn(TG_PROGRAM_COMPRESS, seed, NB_DRAWN);
        tg_program wrap = drawn(TG_PROGRAM_WRAP, seed, NB_DRAWN);
        const tg_program *const both[] = {&compress, &wrap};
        for (size_t i = 0; i < 2; i++) {
            ck_assert_uint_eq(VALUES_OF(both[i], "BaseAlu.preprocessed", tg_base_alu_instr, opcode),
                              15);
            ck_assert_uint_eq(VALUES_OF(both[i], "ExtAlu.preprocessed", tg_ext_alu_instr, opcode),
                              15);
        }
        ck_assert_uint_eq(VALUES_OF(&wrap, "MemoryConst.preprocessed", tg_memory_const_instr, kind),
                          3);
        ck_assert_uint_eq(VALUES_OF(&wrap, "Poseidon2LinearLayer.preprocessed",
                                    tg_poseidon2_linear_layer_instr, external),
                          3);
        ck_assert_uint_eq(
            VALUES_OF(&wrap, "Poseidon2SBox.preprocessed", tg_poseidon2_sbox_instr, external), 3);
        ck_assert_uint_eq(
            VALUES_OF(&wrap, "ExtFeltConvert.preprocessed", tg_ext_felt_convert_instr, ext2felt),
            3);
        for (size_t list = 0; list < compress.nb_lists; list++) {
            // Whatever is in a machine occurs.
            ck_assert(!compress.lists[list].is_there || compress.lists[list].nb_events != 0);
            ck_assert(!wrap.lists[list].is_there || wrap.lists[list].nb_events != 0);
        }
        tg_program_clear(&compress);
        tg_program_clear(&wrap);
    }
}
END_TEST

START_TEST(program_divides_by_zero_only_zero)
{
    tg_program program = drawn(TG_PROGRAM_COMPRESS, 1, 20000);
    const tg_program_list *list = events_of(&program, "BaseAlu.main");
    const tg_base_alu_event *events = list->events;
    const tg_base_alu_instr *instrs = events_of(&program, "BaseAlu.preprocessed")->events;
    size_t nb_by_zero = 0;
    for (size_t i = 0; i < list->nb_events; i++) {
        if (instrs[i].opcode != TG_BASE_DIV || events[i].in2 != 0) continue;
        ck_assert_uint_eq(events[i].in1, 0);
        ck_assert_uint_eq(events[i].out, TG_WORD_ONE);
        nb_by_zero++;
    }
    ck_assert_uint_gt(nb_by_zero, 0);
    tg_program_clear(&program);
}
END_TEST

START_TEST(program_draws_by_weight)
{
    // Tenths of 270 in both machines; 5 standard deviations of 27000 draws are below 400.
    static const struct {
        tg_program_machine machine;
        const char *name;
        size_t nb_wanted;
    } shares[] = {
        {TG_PROGRAM_COMPRESS, "BaseAlu.main", 50},
        {TG_PROGRAM_COMPRESS, "ExtAlu.main", 50},
        {TG_PROGRAM_COMPRESS, "Select.main", 30},
        {TG_PROGRAM_COMPRESS, "Poseidon2WideDeg3.main", 30},
        {TG_PROGRAM_WRAP, "Poseidon2SBox.main", 30},
        {TG_PROGRAM_WRAP, "ExtFeltConvert.main", 30},
        {TG_PROGRAM_WRAP, "Poseidon2LinearLayer.main", 30},
    };
    static const size_t totals[] = {50 + 50 + 40 + 30 + 30 + 45 + 2,
                                    50 + 50 + 30 + 30 + 30 + 30 + 45 + 2};
    tg_program programs[] = {drawn(TG_PROGRAM_COMPRESS, 4, 27000),
                             drawn(TG_PROGRAM_WRAP, 4, 27000)};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        const size_t nb = events_of(&programs[shares[i].machine], shares[i].name)->nb_events;
        const size_t nb_wanted = shares[i].nb_wanted * 27000 / totals[shares[i].machine];
        ck_assert_msg(nb + 400 > nb_wanted && nb < nb_wanted + 400, "%zu of %s, not %zu", nb,
                      shares[i].name, nb_wanted);
    }
    tg_program_clear(&programs[0]);
    tg_program_clear(&programs[1]);
}
END_TEST

/* ---- errors ---- */

START_TEST(program_machines_have_names)
{
    tg_program_machine machine = TG_NB_PROGRAM_MACHINES;
    for (tg_program_machine known = 0; known < TG_NB_PROGRAM_MACHINES; known++) {
        tg_assert_ok(
            tg_program_machine_find(&machine, tg_program_machine_name(known), tg_suite_error));
        ck_assert_int_eq(machine, known);
        ck_assert_int_ne(tg_program_machine_text(known)[0], '\0');
    }
    tg_assert_fails(TG_ERR_USAGE, "no machine of drawn programs is named \"shrunk\"",
                    tg_program_machine_find(&machine, "shrunk", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "compress wrap",
                    tg_program_machine_find(&machine, "", tg_suite_error));
}
END_TEST

START_TEST(program_refuses_what_it_cannot_draw)
{
    tg_program program;
    tg_assert_fails(TG_ERR_SIZE, "4194305 instructions is too long",
                    tg_program_draw(&program, TG_PROGRAM_WRAP, 1, TG_PROGRAM_MAX_INSTRUCTIONS + 1,
                                    tg_suite_error));
    tg_assert_fails(TG_ERR_SIZE, "too long",
                    tg_program_draw(&program, TG_PROGRAM_WRAP, 1, SIZE_MAX, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "no machine number 2",
                    tg_program_draw(&program, TG_NB_PROGRAM_MACHINES, 1, 10, tg_suite_error));
    ck_assert_ptr_null(program.lists);
    tg_program_clear(&program);
}
END_TEST

TG_SUITE("program", program_checker_agrees_with_programs_that_sp1_executed,
         program_checker_sees_that_a_cut_program_does_not_balance,
         program_constraints_hold_and_the_bus_balances, program_every_changed_cell_is_noticed,
         program_wrong_multiplicities_and_addresses_are_noticed, program_is_the_same_everywhere,
         program_depends_on_its_seed_alone, program_that_is_longer_begins_with_the_shorter,
         program_of_nothing_is_empty, program_has_the_chips_of_its_machine,
         program_of_1000_instructions_has_every_opcode_flag_and_direction,
         program_divides_by_zero_only_zero, program_draws_by_weight, program_machines_have_names,
         program_refuses_what_it_cannot_draw)
