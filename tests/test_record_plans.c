/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a record's heads tell: plans of its shard, and traces that are missing. */
#include "pipeline/record_inputs.h"
#include "record_made.h"

static const record_pair pairs[] = {
    {"compress", "executed/compress"},
    {"wrap", "executed/wrap"},
    {"shrink", "shrink"},
    {"riscv", "riscv/keccak-2"},
};

/* A plan has all but the events. */
static void assert_plan(const record_pair *which, tg_kind kind)
{
    const tg_machine *machine = machine_named(which->machine);
    tg_record record;
    tg_inputs *inputs = NULL;
    tg_inputs *plan = NULL;
    record_from_corpus(&record, which->record);
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, kind, &record, tg_suite_error));
    tg_assert_ok(tg_inputs_plan_record(&plan, machine, kind, &record, tg_suite_error));
    ck_assert(plan->machine == machine && plan->kind == kind);
    size_t nb_events = 0;
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_chip_input *right = &inputs->chips[chip];
        const tg_chip_input *planned = &plan->chips[chip];
        ck_assert(planned->is_included == right->is_included);
        ck_assert_ptr_null(planned->events);
        if (!planned->is_included) continue;
        ck_assert_uint_eq(planned->height, right->height);
        ck_assert_uint_eq(planned->nb_events, right->nb_events);
        nb_events += planned->nb_events;
    }
    ck_assert_uint_ne(nb_events + machine->is_riscv, 0);
    inputs->destroy(inputs);
    plan->destroy(plan);
    tg_record_clear(&record);
}

START_TEST(record_plans_have_the_heights)
{
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            assert_plan(&pairs[i], kind);
        }
    }
}
END_TEST

/* A chip of which the record lists one trace only, whose rows tell that the other had events. */
static void assert_missed(const tg_trace *trace, const tg_trace *other)
{
    char text[2 * TG_NAME_BYTES + 64];
    tg_record record;
    tg_inputs *inputs = NULL;
    record_from_corpus(&record, "shrink");
    tg_record_trace *entry = record.traces;
    while (strcmp(entry->name, trace->name) != 0) {
        entry++;
    }
    const bool shows = entry->height != 16;
    (void)snprintf(text, sizeof text, "has %s with %zu rows, and no %s", other->name, entry->height,
                   trace->name);
    *entry = record.traces[--record.nb_traces];
    const tg_machine *machine = machine_named("shrink");
    if (shows) {
        tg_assert_fails(
            TG_ERR_FORMAT, text,
            tg_inputs_from_record(&inputs, machine, trace->kind, &record, tg_suite_error));
        ck_assert_ptr_null(inputs);
    } else {
        tg_assert_ok(tg_inputs_from_record(&inputs, machine, trace->kind, &record, tg_suite_error));
        inputs->destroy(inputs);
    }
    tg_record_clear(&record);
}

START_TEST(record_plans_miss_a_trace_whose_other_is_there)
{
    const tg_machine *machine = machine_named("shrink");
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_trace *trace = tg_machine_trace(machine, chip, TG_KIND_main);
        const tg_trace *other = tg_machine_trace(machine, chip, TG_KIND_preprocessed);
        assert_missed(trace, other);
        assert_missed(other, trace);
    }
}
END_TEST

TG_SUITE("record_plans", record_plans_have_the_heights,
         record_plans_miss_a_trace_whose_other_is_there)
