/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs of the pipeline from recorded events: against record.json and the recorded cells. */
#include "files/npy.h"
#include "pipeline/record_inputs.h"
#include "reference/field.h"
#include "record_made.h"

static const record_pair recursion[] = {
    {"compress", "executed/compress"},
    {"wrap", "executed/wrap"},
    {"shrink", "shrink"},
};
static const char *const shards[] = {"fibonacci-0", "keccak-0", "keccak-1", "keccak-2"};

#define NB(table) (sizeof(table) / sizeof(table)[0])

static void assert_events(const tg_chip_input *input, const tg_record *record,
                          const tg_record_trace *entry)
{
    const tg_trace *trace = input->subject.trace;
    ck_assert_uint_eq(input->nb_events, entry->nb_events);
    ck_assert_uint_eq(input->height, entry->height);
    if (trace->event == NULL) {
        ck_assert_ptr_null(input->events);
        return;
    }
    const size_t nb_bytes = entry->nb_events * tg_trace_event_size(trace);
    unsigned char *events = malloc(nb_bytes + 1);
    ck_assert_ptr_nonnull(events);
    tg_assert_ok(tg_record_read_events(events, record, entry, trace, tg_suite_error));
    ck_assert_mem_eq(input->events, events, nb_bytes);
    free(events);
}

/* Every recorded trace is some chip's, and no chip has events that are not recorded. */
static void assert_recursion(const record_pair *which, tg_kind kind)
{
    const tg_machine *machine = machine_named(which->machine);
    tg_record record;
    tg_inputs *inputs = NULL;
    size_t nb_recorded = 0;
    record_from_corpus(&record, which->record);
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, kind, &record, tg_suite_error));
    ck_assert_ptr_eq(inputs->machine, machine);
    ck_assert_int_eq(inputs->kind, kind);
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_chip_input *input = &inputs->chips[chip];
        const tg_trace *trace = tg_machine_trace(machine, chip, kind);
        ck_assert(input->is_included);
        ck_assert_ptr_eq(input->subject.trace, trace);
        ck_assert_ptr_nonnull(input->subject.reference);
        ck_assert_ptr_null((void *)(uintptr_t)input->make);
        const tg_record_trace *entry = tg_record_find(&record, trace->name);
        if (entry == NULL) {
            ck_assert_uint_eq(input->height, 16);
            ck_assert_uint_eq(input->nb_events, 0);
            continue;
        }
        nb_recorded++;
        assert_events(input, &record, entry);
    }
    ck_assert_uint_eq(nb_recorded, record.nb_traces / 2);
    inputs->destroy(inputs);
    tg_record_clear(&record);
}

START_TEST(record_inputs_have_the_recorded_events)
{
    for (size_t i = 0; i < NB(recursion); i++) {
        assert_recursion(&recursion[i], TG_KIND_main);
        assert_recursion(&recursion[i], TG_KIND_preprocessed);
    }
}
END_TEST

START_TEST(record_inputs_have_canonical_public_values)
{
    tg_record record;
    tg_inputs *inputs = NULL;
    const tg_machine *machine = machine_named("shrink");
    size_t nb_set = 0;
    record_from_corpus(&record, "shrink");
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, tg_suite_error));
    tg_json_value *words = tg_json_member(record.json.root, "public_values_words");
    ck_assert_uint_eq(tg_json_length(words), TG_PIPELINE_NB_PUBLIC_VALUES);
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        const uint64_t word = (uint64_t)tg_json_integer_of(tg_json_element(words, i));
        ck_assert_uint_lt(inputs->public_values[i], TG_P);
        ck_assert_uint_eq(((uint64_t)inputs->public_values[i] << 32) % TG_P, word);
        nb_set += word != 0;
    }
    ck_assert_uint_gt(nb_set, 50);
    ck_assert(!inputs->global_dependencies_opt);
    inputs->destroy(inputs);
    tg_record_clear(&record);
}
END_TEST

/* The listed chips of a shard; NULL if a chip is not listed. */
static tg_json_value *listed(const tg_record *record, const char *name)
{
    tg_json_value *chips = tg_json_member(record->json.root, "chips");
    for (size_t i = 0; i < tg_json_length(chips); i++) {
        tg_json_value *item = tg_json_element(chips, i);
        if (strcmp(tg_json_text_of(tg_json_member(item, "chip")), name) == 0) return item;
    }
    return NULL;
}

static void assert_zeros(const tg_chip_input *input, size_t width)
{
    const size_t nb_cells = input->height * width;
    uint32_t *cells = malloc((nb_cells + 1) * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    memset(cells, 0xa5, (nb_cells + 1) * sizeof *cells);
    tg_assert_ok(input->make(input->make_context, &(tg_product){.cells = cells}, input->height,
                             tg_suite_error));
    for (size_t i = 0; i < nb_cells; i++) {
        ck_assert_uint_eq(cells[i], 0);
    }
    ck_assert_uint_eq(cells[nb_cells], 0xa5a5a5a5);
    free(cells);
}

/* Chips as listed, all events of the shard for the one chip with a generator, public values as
 * listed but for those that the generator is to make. */
static void assert_shard(const char *name)
{
    const tg_machine *machine = machine_named("riscv");
    char path[64];
    tg_record record;
    tg_inputs *inputs = NULL;
    size_t nb_made = 0;
    size_t nb_own = 0;
    (void)snprintf(path, sizeof path, "riscv/%s", name);
    record_from_corpus(&record, path);
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, tg_suite_error));
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_chip_input *input = &inputs->chips[chip];
        tg_json_value *item = listed(&record, machine->chips[chip].name);
        ck_assert_int_eq(input->is_included, tg_json_bool_of(tg_json_member(item, "included")));
        if (!input->is_included) continue;
        ck_assert_int_eq((int64_t)input->height,
                         tg_json_integer_of(tg_json_member(item, "height")));
        if (input->subject.trace == NULL) {
            assert_zeros(input, machine->chips[chip].width);
            continue;
        }
        nb_own++;
        ck_assert_int_eq(
            (int64_t)input->nb_events,
            tg_json_integer_of(tg_json_member(record.json.root, "global_events_in_shard")));
    }
    ck_assert_uint_eq(nb_own, 1);
    tg_json_value *values = tg_json_member(record.json.root, "public_values");
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        const int64_t value = tg_json_integer_of(tg_json_element(values, i));
        if ((int64_t)inputs->public_values[i] == value) continue;
        ck_assert_uint_eq(inputs->public_values[i], 0);
        nb_made++;
    }
    ck_assert_uint_eq(nb_made, 15); // a digest of 14 and a count
    inputs->destroy(inputs);
    tg_record_clear(&record);
}

START_TEST(record_inputs_take_whole_shards)
{
    for (size_t i = 0; i < NB(shards); i++) {
        assert_shard(shards[i]);
    }
}
END_TEST

START_TEST(record_inputs_stand_in_for_preprocessed_chips_of_shards)
{
    const tg_machine *machine = machine_named("riscv");
    tg_record record;
    tg_inputs *inputs = NULL;
    size_t nb_included = 0;
    record_from_corpus(&record, "riscv/keccak-2");
    tg_assert_ok(
        tg_inputs_from_record(&inputs, machine, TG_KIND_preprocessed, &record, tg_suite_error));
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        const tg_chip_input *input = &inputs->chips[chip];
        ck_assert_int_eq(input->is_included, machine->chips[chip].preprocessed_width > 0);
        if (!input->is_included) continue;
        nb_included++;
        tg_json_value *item = listed(&record, machine->chips[chip].name);
        ck_assert_int_eq((int64_t)input->height,
                         tg_json_integer_of(tg_json_member(item, "height")));
        assert_zeros(input, machine->chips[chip].preprocessed_width);
    }
    ck_assert_uint_eq(nb_included, 3);
    inputs->destroy(inputs);
    tg_record_clear(&record);
}
END_TEST

/* ---- changed records ---- */

/* Copy the plain files of a record into a folder. */
static void copy_record(const char *to, const char *name)
{
    char path[768];
    char source[512];
    (void)snprintf(source, sizeof source, "%s/%s", TG_CORPUS, name);
    DIR *folder = opendir(source);
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strchr(entry->d_name, '.') == NULL || entry->d_name[0] == '.') continue;
        size_t nb_bytes = 0;
        (void)snprintf(path, sizeof path, "%s/%s", source, entry->d_name);
        unsigned char *bytes = read_file(path, &nb_bytes);
        (void)snprintf(path, sizeof path, "%s/%s", to, entry->d_name);
        write_file(path, bytes, nb_bytes);
        free(bytes);
    }
    (void)closedir(folder);
}

/* Replace the first place of a text in the folder's record.json. */
static void change(const char *folder, const char *from, const char *to)
{
    char path[512];
    size_t nb_bytes = 0;
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    char *text = (char *)read_file(path, &nb_bytes);
    text[nb_bytes] = '\0';
    const char *at = strstr(text, from);
    ck_assert_msg(at != NULL, "no %s in %s", from, path);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    ck_assert_int_eq(fclose(file), 0);
    free(text);
}

/* What a record of the corpus says after one change. from NULL: none */
static void assert_refused(tg_status status, const char *text, const record_pair *which,
                           const char *from, const char *to)
{
    char folder[256];
    tg_record record;
    tg_inputs *inputs = (tg_inputs *)&record;
    const tg_machine *machine = machine_named(which->machine);
    tg_suite_make_folder(folder);
    copy_record(folder, which->record);
    if (from != NULL) change(folder, from, to);
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    tg_assert_fails(status, text,
                    tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, tg_suite_error));
    ck_assert_ptr_null(inputs);
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}

START_TEST(record_inputs_refuse_what_does_not_belong_together)
{
    const record_pair other = {"wrap", "executed/compress"};
    const record_pair shard = {"riscv", "riscv/keccak-1"};
    const record_pair cut = {"riscv", "riscv/keccak-2"};
    const record_pair on_recursion = {"compress", "riscv/keccak-1"};
    const record_pair on_riscv = {"riscv", "executed/compress"};
    const record_pair shrink = {"shrink", "shrink"};
    const record_pair shrink_for_compress = {"compress", "shrink"};
    const record_pair protected = {"riscv-mprotect", "riscv/keccak-1"};
    assert_refused(TG_ERR_USAGE, "is of machine recursion-compress, not of recursion-wrap", &other,
                   NULL, NULL);
    assert_refused(TG_ERR_USAGE, "and machine recursion-wrap has no such chip", &other,
                   "\"machine\": \"compress\"", "\"machine\": null");
    assert_refused(TG_ERR_USAGE, "no machine is called", &shrink, "\"machine\": \"shrink\"",
                   "\"machine\": \"none\"");
    assert_refused(TG_ERR_USAGE, "is of machine riscv, not of recursion-compress", &on_recursion,
                   NULL, NULL);
    assert_refused(TG_ERR_USAGE, "is of machine recursion-compress, not of riscv", &on_riscv, NULL,
                   NULL);
    assert_refused(TG_ERR_USAGE, "is of machine recursion-shrink, not of recursion-compress",
                   &shrink_for_compress, NULL, NULL);
    assert_refused(TG_ERR_USAGE, "is of machine riscv, not of riscv-mprotect", &protected, NULL,
                   NULL);
    assert_refused(TG_ERR_FORMAT, "320 rows, where the shard has 7744", &cut, NULL, NULL);
    assert_refused(TG_ERR_FORMAT, "chips", &shard, "\"chips\"", "\"chops\"");
    assert_refused(TG_ERR_USAGE, "has no chip 'Kekkak'", &shard, "\"KeccakPermute\"", "\"Kekkak\"");
    assert_refused(TG_ERR_FORMAT, "is not an integer", &shard, "\"public_values\": [",
                   "\"public_values\": [], \"rest\": [");
    assert_refused(TG_ERR_FORMAT, "neither true nor false", &shard,
                   "\"shard\": ", "\"global_dependencies_opt\": 1, \"shard\": ");
    assert_refused(TG_ERR_FORMAT, "has 1 numbers, where a shard has 187", &shrink,
                   "\"public_values_words\": [", "\"public_values_words\": [1], \"rest\": [");
    // Events beyond a fixed height.
    assert_refused(TG_ERR_HEIGHT, "1000", &shrink, "\"height\": 1024", "\"height\": 992");
    assert_refused(TG_ERR_HEIGHT, "1000", &shrink,
                   "\"machine\": ", "\"fixed_height\": 16, \"machine\": ");
    assert_refused(TG_ERR_HEIGHT, "where \"fixed_height\" is 2048", &shrink,
                   "\"machine\": ", "\"fixed_height\": 2048, \"machine\": ");
    assert_refused(TG_ERR_FORMAT, "restore the record", &shrink, "\"events\": 1000",
                   "\"events\": 999");
}
END_TEST

START_TEST(record_inputs_read_the_flag_of_left_lookups)
{
    char folder[256];
    tg_record record;
    tg_inputs *inputs = NULL;
    const tg_machine *machine = machine_named("riscv");
    tg_suite_make_folder(folder);
    copy_record(folder, "riscv/keccak-1");
    change(folder, "\"shard\": ", "\"global_dependencies_opt\": true, \"shard\": ");
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, tg_suite_error));
    ck_assert(inputs->global_dependencies_opt);
    inputs->destroy(inputs);
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Cells that the record has for a chip without a generator stand in for it. */
START_TEST(record_inputs_stand_in_with_recorded_cells)
{
    const tg_machine *machine = machine_named("riscv");
    char folder[256];
    char path[512];
    char text[512];
    tg_record record;
    tg_inputs *inputs = NULL;
    size_t chip = 0;
    tg_suite_make_folder(folder);
    copy_record(folder, "riscv/keccak-1");
    tg_assert_ok(tg_machine_find_chip(&chip, machine, "KeccakPermuteControl", tg_suite_error));
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    const size_t width = machine->chips[chip].width;
    const size_t height = (size_t)tg_json_integer_of(
        tg_json_member(listed(&record, machine->chips[chip].name), "height"));
    tg_record_clear(&record);
    uint32_t *cells = malloc(2 * height * width * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < height * width; i++) {
        cells[i] = (uint32_t)(i * 7 + 1);
    }
    (void)snprintf(path, sizeof path, "%s/KeccakPermuteControl.main.trace.npy", folder);
    tg_assert_ok(tg_npy_write_cells(path, cells, height, width, tg_suite_error));
    (void)snprintf(text, sizeof text,
                   "\"traces\": [{\"trace\": \"KeccakPermuteControl.main\", \"events\": 0, "
                   "\"height\": %zu, \"width\": %zu},",
                   height, width);
    change(folder, "\"traces\": [", text);
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    tg_assert_ok(tg_inputs_from_record(&inputs, machine, TG_KIND_main, &record, tg_suite_error));
    const tg_chip_input *input = &inputs->chips[chip];
    ck_assert(!input->is_row_major);
    ck_assert_int_eq(tg_inputs_stand_in(inputs, chip), TG_STAND_IN_CELLS);
    size_t others[TG_STAND_IN_ZEROS + 1] = {0};
    for (size_t i = 0; i < machine->nb_chips; i++) {
        others[tg_inputs_stand_in(inputs, i)] += inputs->chips[i].is_included;
    }
    ck_assert_uint_eq(others[TG_STAND_IN_CELLS], 1);
    ck_assert_uint_gt(others[TG_STAND_IN_NONE], 0);
    ck_assert_uint_gt(others[TG_STAND_IN_ZEROS], 0);
    ck_assert_uint_eq(input->height, height);
    uint32_t *made = cells + height * width;
    tg_assert_ok(
        input->make(input->make_context, &(tg_product){.cells = made}, height, tg_suite_error));
    ck_assert_mem_eq(made, cells, height * width * sizeof *cells);
    inputs->destroy(inputs);
    tg_record_clear(&record);
    free(cells);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Make a stand-in with columns wide and height rows. To be freed. */
static uint32_t *made_stand_in(const tg_inputs *inputs, size_t chip, size_t width)
{
    const tg_chip_input *input = &inputs->chips[chip];
    uint32_t *cells = malloc(input->height * width * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    tg_assert_ok(input->make(input->make_context, &(tg_product){.cells = cells}, input->height,
                             tg_suite_error));
    return cells;
}

/* Most cells of two arrays differ: two patterns meet in hardly any. */
static void assert_others(const uint32_t *a, const uint32_t *b, size_t nb)
{
    size_t nb_same = 0;
    for (size_t i = 0; i < nb; i++) nb_same += a[i] == b[i];
    ck_assert_uint_le(nb_same, nb / 16);
}

START_TEST(record_inputs_fill_stand_ins_with_patterns)
{
    const tg_machine *machine = machine_named("riscv");
    tg_record record;
    tg_inputs *inputs[TG_NB_KINDS] = {NULL};
    size_t byte = 0;
    size_t program = 0;
    record_from_corpus(&record, "riscv/keccak-1");
    tg_assert_ok(tg_machine_find_chip(&byte, machine, "Byte", tg_suite_error));
    tg_assert_ok(tg_machine_find_chip(&program, machine, "Program", tg_suite_error));
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        tg_assert_ok(tg_inputs_from_record(&inputs[kind], machine, kind, &record, tg_suite_error));
        tg_inputs_fill_stand_ins(inputs[kind]);
    }
    const size_t width = machine->chips[byte].width;
    const size_t nb = inputs[TG_KIND_main]->chips[byte].height * width;
    uint32_t *cells = made_stand_in(inputs[TG_KIND_main], byte, width);
    uint32_t *again = made_stand_in(inputs[TG_KIND_main], byte, width);
    uint32_t *other = made_stand_in(inputs[TG_KIND_main], program, machine->chips[program].width);
    uint32_t *preprocessed =
        made_stand_in(inputs[TG_KIND_preprocessed], byte, machine->chips[byte].preprocessed_width);
    ck_assert_mem_eq(cells, again, nb * sizeof *cells);
    for (size_t i = 0; i < nb; i++) ck_assert_uint_lt(cells[i], TG_P);
    assert_others(cells, cells + width, nb - width); // rows
    assert_others(cells, cells + 1, nb - 1);         // columns
    assert_others(cells, other, inputs[TG_KIND_main]->chips[program].height);
    assert_others(cells, preprocessed, nb);
    free(cells);
    free(again);
    free(other);
    free(preprocessed);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) inputs[kind]->destroy(inputs[kind]);
    tg_record_clear(&record);
}
END_TEST

/* Public values that are all 0 but the one behind the machine's own. */
static void values_beyond_text(char *text, size_t nb_bytes, const tg_machine *machine)
{
    size_t used = (size_t)snprintf(text, nb_bytes, "\"public_values\": [");
    for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++) {
        used += (size_t)snprintf(text + used, nb_bytes - used, "%s%d", i != 0 ? ", " : "",
                                 i == machine->nb_public_values ? 7 : 0);
    }
    (void)snprintf(text + used, nb_bytes - used, "], \"before\": [");
}

START_TEST(record_inputs_refuse_public_values_beyond_the_machines)
{
    char folder[256];
    char text[1024];
    uint32_t values[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool is_there = false;
    tg_record record;
    const tg_machine *machine = machine_named("riscv");
    values_beyond_text(text, sizeof text, machine);
    tg_suite_make_folder(folder);
    copy_record(folder, "riscv/keccak-1");
    change(folder, "\"public_values\": [", text);
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "\"public_values\"[160] is 7, but machine riscv has 160",
                    tg_record_public_values(values, &is_there, machine, &record, tg_suite_error));
    machine = machine_named("riscv-mprotect");
    tg_assert_ok(tg_record_public_values(values, &is_there, machine, &record, tg_suite_error));
    ck_assert(is_there);
    ck_assert_uint_eq(values[160], 7);
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("record_inputs", record_inputs_have_the_recorded_events,
         record_inputs_fill_stand_ins_with_patterns, record_inputs_have_canonical_public_values,
         record_inputs_take_whole_shards, record_inputs_stand_in_for_preprocessed_chips_of_shards,
         record_inputs_refuse_what_does_not_belong_together,
         record_inputs_refuse_public_values_beyond_the_machines,
         record_inputs_read_the_flag_of_left_lookups, record_inputs_stand_in_with_recorded_cells)
