/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Machines: their tables, inclusion, names of public values. */
#include "machine_sets.h"

#define NB_ELEMENTS(table) (sizeof(table) / sizeof(table)[0])

/* ---- tables ---- */

START_TEST(machine_tables_are_in_order)
{
    ck_assert_uint_eq(tg_nb_machines(), 6);
    for (size_t m = 0; m < tg_nb_machines(); m++) {
        const tg_machine *machine = tg_machine_at(m);
        bool is_seen[TG_MAX_MACHINE_CHIPS] = {false};
        for (size_t i = 0; i < machine->nb_chips; i++) {
            ck_assert_uint_lt(machine->by_name[i], machine->nb_chips);
            ck_assert(!is_seen[machine->by_name[i]]);
            is_seen[machine->by_name[i]] = true;
            if (i != 0) {
                ck_assert_int_lt(strcmp(machine->chips[machine->by_name[i - 1]].name,
                                        machine->chips[machine->by_name[i]].name),
                                 0);
            }
        }
        for (size_t c = 0; c < machine->nb_clusters; c++) {
            const tg_cluster *cluster = &machine->clusters[c];
            for (size_t other = 0; other < c; other++) {
                ck_assert_str_ne(cluster->id, machine->clusters[other].id);
            }
            for (size_t i = 1; i < cluster->nb_chips; i++) {
                ck_assert_int_lt(strcmp(machine->chips[cluster->chips[i - 1]].name,
                                        machine->chips[cluster->chips[i]].name),
                                 0);
            }
        }
    }
}
END_TEST

START_TEST(machine_has_chips_clusters_and_public_values)
{
    static const struct {
        const char *id;
        size_t nb_chips, nb_clusters, nb_public_values, nb_own, width;
    } expected[] = {
        {"recursion-all", 11, 1, 187, 11, 252},  {"recursion-compress", 8, 1, 187, 8, 224},
        {"recursion-shrink", 8, 1, 187, 8, 224}, {"recursion-wrap", 9, 1, 187, 9, 54},
        {"riscv", 122, 32, 160, 1, 55681},       {"riscv-mprotect", 122, 66, 176, 1, 55681},
    };
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        const tg_machine *machine = machine_named(expected[i].id);
        size_t nb_own = 0, width = 0;
        ck_assert_ptr_eq(machine, tg_machine_at(i));
        ck_assert_uint_eq(machine->nb_chips, expected[i].nb_chips);
        ck_assert_uint_eq(machine->nb_clusters, expected[i].nb_clusters);
        ck_assert_uint_eq(machine->nb_public_values, expected[i].nb_public_values);
        for (size_t chip = 0; chip < machine->nb_chips; chip++) {
            nb_own += tg_machine_trace(machine, chip, TG_KIND_main) != NULL;
            width += tg_machine_width(machine, chip, TG_KIND_main);
        }
        ck_assert_uint_eq(nb_own, expected[i].nb_own);
        ck_assert_uint_eq(width, expected[i].width);
    }
}
END_TEST

START_TEST(machine_widths_are_those_of_our_traces)
{
    size_t nb_compared = 0;
    for (size_t m = 0; m < tg_nb_machines(); m++) {
        const tg_machine *machine = tg_machine_at(m);
        for (size_t chip = 0; chip < machine->nb_chips; chip++) {
            for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
                const tg_trace *trace = tg_machine_trace(machine, chip, kind);
                if (trace == NULL) continue;
                nb_compared++;
                ck_assert_int_eq(trace->kind, kind);
                ck_assert_msg(tg_trace_width(trace) == tg_machine_width(machine, chip, kind),
                              "%s in %s", trace->name, machine->id);
                ck_assert_int_eq(trace->height_rule == TG_HEIGHT_ALWAYS_16,
                                 machine->chips[chip].height == 16);
            }
        }
    }
    ck_assert_uint_eq(nb_compared, 2 * (11 + 8 + 8 + 9) + 2);
}
END_TEST

START_TEST(machine_names_our_chip_where_its_name_is_another)
{
    static const char *const ids[] = {"all", "compress", "shrink", "wrap"};
    for (size_t i = 0; i < NB_ELEMENTS(ids); i++) {
        const tg_machine *machine = machine_named(ids[i]);
        size_t chip = 0;
        tg_assert_ok(tg_machine_find_chip(&chip, machine, "MemoryVar", tg_suite_error));
        ck_assert_str_eq(tg_machine_trace(machine, chip, TG_KIND_main)->chip->name,
                         i == 3 ? "MemoryVarV1" : "MemoryVar");
    }
}
END_TEST

START_TEST(machine_is_found_by_id_and_short_id)
{
    const tg_machine *machine = NULL;
    const tg_machine *riscv = machine_named("riscv");
    const tg_machine *wrap = machine_named("wrap");
    size_t chip = 0;
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        ck_assert_ptr_eq(machine_named(tg_machine_at(i)->id), tg_machine_at(i));
        ck_assert_ptr_eq(machine_named(tg_machine_at(i)->short_id), tg_machine_at(i));
        for (chip = 0; chip < tg_machine_at(i)->nb_chips; chip++) {
            size_t found = SIZE_MAX;
            tg_assert_ok(tg_machine_find_chip(&found, tg_machine_at(i),
                                              tg_machine_at(i)->chips[chip].name, tg_suite_error));
            ck_assert_uint_eq(found, chip);
        }
    }
    tg_assert_fails(TG_ERR_USAGE, "nearest one is compress",
                    tg_machine_find(&machine, "compres", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "nearest one is riscv-mprotect",
                    tg_machine_find(&machine, "mprotect", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "no machine is called ''",
                    tg_machine_find(&machine, "", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "nearest one is KeccakPermute",
                    tg_machine_find_chip(&chip, riscv, "KeccakPermut", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "machine recursion-wrap has no chip 'Add'",
                    tg_machine_find_chip(&chip, wrap, "Add", tg_suite_error));
}
END_TEST

/* ---- inclusion ---- */

START_TEST(machine_builds_of_a_chip_have_the_same_rule_in_two_modes)
{
    static const struct {
        tg_inclusion trusted, untrusted;
    } modes[] = {
        {TG_INCLUSION_OWN_EVENTS_TRUSTED, TG_INCLUSION_OWN_EVENTS_UNTRUSTED},
        {TG_INCLUSION_SENT_EVENTS_TRUSTED, TG_INCLUSION_SENT_EVENTS_UNTRUSTED},
        {TG_INCLUSION_NO_CPU_TRUSTED, TG_INCLUSION_NO_CPU_UNTRUSTED},
    };
    const tg_machine *machine = machine_named("riscv");
    size_t nb_rules[TG_NB_INCLUSIONS] = {0};
    size_t nb_twins = 0;
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        char user[TG_NAME_BYTES];
        size_t twin = 0;
        bool is_of_modes = false;
        nb_rules[machine->chips[chip].inclusion]++;
        (void)snprintf(user, sizeof user, "%sUser", machine->chips[chip].name);
        if (tg_machine_find_chip(&twin, machine, user, NULL) != TG_OK) continue;
        nb_twins++;
        for (size_t i = 0; i < NB_ELEMENTS(modes); i++) {
            is_of_modes |= machine->chips[chip].inclusion == modes[i].trusted &&
                           machine->chips[twin].inclusion == modes[i].untrusted;
        }
        ck_assert_msg(is_of_modes, "%s", user);
    }
    ck_assert_uint_eq(nb_twins, 50);
    ck_assert_uint_eq(nb_rules[TG_INCLUSION_ALWAYS], 4);
    ck_assert_uint_eq(nb_rules[TG_INCLUSION_CPU_EVENTS], 2);
    ck_assert_uint_eq(nb_rules[TG_INCLUSION_OWN_EVENTS], 12);
    ck_assert_uint_eq(nb_rules[TG_INCLUSION_OWN_EVENTS_TRUSTED], 48);
    ck_assert_uint_eq(nb_rules[TG_INCLUSION_OWN_EVENTS_UNTRUSTED], 48 + 4);
}
END_TEST

/* What a RISC-V shard includes in which circumstances, all event lists being as has_events. */
START_TEST(machine_includes_what_the_rules_say)
{
    static const struct {
        const char *chip;
        tg_shard_facts facts;
        bool without_events, with_events;
    } expected[] = {
        {"Byte", {false, false, false}, true, true},
        {"MemoryBump", {false, false, false}, false, false},
        {"StateBump", {true, false, false}, true, true},
        {"Add", {true, false, false}, false, true},
        {"Add", {true, false, true}, false, false},
        {"AddUser", {true, false, true}, false, true},
        {"AddUser", {true, false, false}, false, false},
        {"KeccakPermute", {false, false, true}, false, true},
        {"PageProtLocal", {false, false, true}, false, true},
        {"PageProtLocal", {false, false, false}, false, false},
        {"SyscallCore", {true, false, false}, false, true},
        {"SyscallCore", {true, false, true}, false, false},
        {"SyscallCoreUser", {true, false, true}, false, true},
        {"SyscallPrecompile", {false, false, false}, true, true},
        {"SyscallPrecompile", {true, false, false}, false, false},
        {"SyscallPrecompile", {false, true, false}, false, false},
        {"SyscallPrecompile", {false, false, true}, false, false},
        {"SyscallPrecompileUser", {false, false, true}, true, true},
        {"SyscallPrecompileUser", {false, false, false}, false, false},
    };
    const tg_machine *machine = machine_named("riscv");
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        size_t chip = 0;
        tg_assert_ok(tg_machine_find_chip(&chip, machine, expected[i].chip, tg_suite_error));
        ck_assert_msg(tg_machine_includes(machine, chip, &expected[i].facts, false) ==
                              expected[i].without_events &&
                          tg_machine_includes(machine, chip, &expected[i].facts, true) ==
                              expected[i].with_events,
                      "%s, number %zu", expected[i].chip, i);
    }
}
END_TEST

START_TEST(machine_includes_five_chips_of_an_empty_shard)
{
    const tg_machine *machine = machine_named("riscv");
    bool is_included[TG_MAX_MACHINE_CHIPS] = {false};
    bool is_expected[TG_MAX_MACHINE_CHIPS] = {false};
    size_t cluster = TG_NO_CLUSTER;
    include(is_expected, machine, "Program Byte Range Global SyscallPrecompile");
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        is_included[chip] =
            tg_machine_includes(machine, chip, &(tg_shard_facts){.is_untrusted = false}, false);
        ck_assert_msg(is_included[chip] == is_expected[chip], "%s", machine->chips[chip].name);
    }
    tg_assert_ok(tg_machine_smallest_cluster(&cluster, machine, is_included, tg_suite_error));
    ck_assert_uint_eq(cluster, 12);
}
END_TEST

/* ---- public values ---- */

START_TEST(machine_public_values_have_names)
{
    static const struct {
        const char *id;
        size_t index;
        const char *name;
    } expected[] = {
        {"compress", 0, "prev_committed_value_digest[0]"},
        {"compress", 63, "committed_value_digest[31]"},
        {"compress", 81, "deferred_proof"},
        {"compress", 91, "initial_timestamp[3]"},
        {"compress", 117, "last_finalize_page_idx[0]"},
        {"compress", 120, "start_reconstruct_deferred_digest[0]"},
        {"compress", 152, "global_cumulative_sum[0]"},
        {"compress", 168, "is_complete"},
        {"compress", 174, "commit_deferred_syscall"},
        {"compress", 175, "digest[0]"},
        {"compress", 186, "proof_nonce[3]"},
        {"riscv", 87, "exit_code"},
        {"riscv", 88, "is_execution_shard"},
        {"riscv", 113, "initial_timestamp[0]"},
        {"riscv", 124, "inv_timestamp_low"},
        {"riscv", 129, "global_count"},
        {"riscv", 130, "global_cumulative_sum[0]"},
        {"riscv", 143, "global_cumulative_sum[13]"},
        {"riscv", 147, "commit_deferred_syscall"},
        {"riscv", 151, "is_untrusted_programs_enabled"},
        {"riscv", 155, "proof_nonce[3]"},
        {"riscv", 159, "empty[3]"},
        {"riscv", 160, "zero[0]"},
        {"riscv", 186, "zero[26]"},
        {"riscv-mprotect", 152, "enable_trap_handler"},
        {"riscv-mprotect", 161, "trap_context[8]"},
        {"riscv-mprotect", 162, "untrusted_memory[0]"},
        {"riscv-mprotect", 168, "proof_nonce[0]"},
        {"riscv-mprotect", 175, "empty[3]"},
        {"riscv-mprotect", 186, "zero[10]"},
    };
    for (size_t i = 0; i < NB_ELEMENTS(expected); i++) {
        char name[TG_NAME_BYTES];
        ck_assert_str_eq(
            tg_machine_public_value_name(name, machine_named(expected[i].id), expected[i].index),
            expected[i].name);
    }
    ck_assert_uint_eq(tg_machine_field(machine_named("riscv"), "global_cumulative_sum")->length,
                      14);
    ck_assert_ptr_null(tg_machine_field(machine_named("riscv"), "vk_root"));
}
END_TEST

START_TEST(machine_sums_of_ours_are_at_their_public_values)
{
    size_t nb_compared = 0;
    for (size_t m = 0; m < tg_nb_machines(); m++) {
        const tg_machine *machine = tg_machine_at(m);
        for (size_t chip = 0; chip < machine->nb_chips; chip++) {
            const tg_trace *trace = tg_machine_trace(machine, chip, TG_KIND_main);
            for (size_t i = 0; trace != NULL && i < trace->nb_sides; i++) {
                const tg_side *side = &trace->sides[i];
                if (side->public_value == TG_NOT_PUBLIC) continue;
                char name[TG_NAME_BYTES];
                const char *field =
                    tg_side_nb_words(side) == 14 ? "global_cumulative_sum[0]" : "global_count";
                ck_assert_str_eq(tg_machine_public_value_name(name, machine, side->public_value),
                                 field);
                nb_compared++;
            }
        }
    }
    ck_assert_uint_eq(nb_compared, 4);
}
END_TEST

TG_SUITE("machine", machine_tables_are_in_order, machine_has_chips_clusters_and_public_values,
         machine_widths_are_those_of_our_traces, machine_names_our_chip_where_its_name_is_another,
         machine_is_found_by_id_and_short_id,
         machine_builds_of_a_chip_have_the_same_rule_in_two_modes,
         machine_includes_what_the_rules_say, machine_includes_five_chips_of_an_empty_shard,
         machine_public_values_have_names, machine_sums_of_ours_are_at_their_public_values)
