/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drawn programs as records: read back, gated, refused where they cannot be written. */
#include "files/npy.h"
#include "gate_records.h"
#include "harness/program.h"

#include <sys/stat.h>
#include <unistd.h>

/* A drawn program in the folder "record" of a fresh one. */
typedef struct written {
    tg_program program;
    char parent[256];
    char folder[300];
} written;

static void write_program(written *to, tg_program_machine machine, uint64_t seed, size_t nb)
{
    tg_suite_make_folder(to->parent);
    (void)snprintf(to->folder, sizeof to->folder, "%s/record", to->parent);
    tg_assert_ok(tg_program_draw(&to->program, machine, seed, nb, tg_suite_error));
    tg_assert_ok(tg_program_write(&to->program, to->folder, tg_suite_error));
}

static void written_clear(written *of)
{
    tg_suite_remove_folder(of->parent);
    tg_program_clear(&of->program);
}

static bool is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* Compare an entry with the program's list. */
static void assert_entry(const tg_record *record, const tg_record_trace *entry,
                         const tg_program_list *list, const tg_trace *trace)
{
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, list->nb_events, 0, &height, tg_suite_error));
    ck_assert_uint_eq(entry->nb_events, list->nb_events);
    ck_assert_uint_eq(entry->height, height);
    ck_assert_uint_eq(entry->width, tg_trace_width(trace));
    ck_assert(!entry->has_cells && !entry->has_digest);
    ck_assert_int_eq(entry->has_events, trace->event != NULL);
    if (trace->event == NULL) return;
    unsigned char *events = sample_events(trace, list->nb_events, 1);
    tg_assert_ok(tg_record_read_events(events, record, entry, trace, tg_suite_error));
    if (list->nb_events != 0)
        ck_assert_mem_eq(events, list->events, list->nb_events * tg_trace_event_size(trace));
    free(events);
}

START_TEST(program_record_holds_the_program)
{
    // 0 and a seed that is no signed integer of 64 bits.
    static const struct {
        uint64_t seed;
        size_t nb_instructions;
    } programs[] = {{UINT64_MAX, 300}, {7, 0}};
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        for (size_t i = 0; i < 2; i++) {
            written to;
            tg_record record;
            size_t nb_traces = 0;
            char text[64];
            write_program(&to, machine, programs[i].seed, programs[i].nb_instructions);
            tg_assert_ok(tg_record_open(&record, to.folder, tg_suite_error));
            for (size_t list = 0; list < tg_nb_traces(); list++) {
                const tg_trace *trace = tg_trace_at(list);
                const tg_record_trace *entry = tg_record_find(&record, trace->name);
                const tg_program_list *events = tg_program_events(&to.program, trace);
                ck_assert_int_eq(entry != NULL, events != NULL);
                if (entry == NULL) continue;
                assert_entry(&record, entry, events, trace);
                nb_traces++;
            }
            ck_assert_uint_eq(record.nb_traces, nb_traces);
            ck_assert_uint_gt(nb_traces, 0);
            ck_assert_ptr_nonnull(strstr(record.source, tg_program_machine_name(machine)));
            tg_assert_ok(
                tg_json_get_text(text, sizeof text, record.json.root, "machine", tg_suite_error));
            ck_assert_str_eq(text, tg_program_machine_name(machine));
            tg_record_clear(&record);
            written_clear(&to);
        }
    }
}
END_TEST

START_TEST(program_record_passes_the_gate)
{
    static const char *const actuals[] = {"host"};
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        written to;
        write_program(&to, machine, 7, 500);
        const char *const records[] = {to.folder};
        const tg_gate_options options = {.records = records,
                                         .nb_records = 1,
                                         .actuals = actuals,
                                         .nb_actuals = 1,
                                         .max_cells = TG_GATE_MAX_CELLS};
        gate_run run = run_gate(&options);
        ck_assert_msg(run.status == TG_OK, "%s\n%s", run.error.what, run.text);
        ck_assert_uint_eq(run.summary.nb_comparisons, machine == TG_PROGRAM_COMPRESS ? 16 : 18);
        ck_assert_uint_eq(run.summary.nb_mismatches, 0);
        ck_assert_uint_gt(run.summary.nb_cells, 10000);
        gate_run_clear(&run);
        written_clear(&to);
    }
}
END_TEST

START_TEST(program_record_keeps_what_is_there)
{
    written to;
    char path[400];
    write_program(&to, TG_PROGRAM_WRAP, 7, 3);
    tg_assert_fails(TG_ERR_IO, "not there yet",
                    tg_program_write(&to.program, to.folder, tg_suite_error));
    (void)snprintf(path, sizeof path, "%s/record.json", to.folder);
    ck_assert(is_there(path));
    // A file of that name, a folder above that is missing.
    tg_assert_fails(TG_ERR_IO, path, tg_program_write(&to.program, path, tg_suite_error));
    (void)snprintf(path, sizeof path, "%s/missing/record", to.parent);
    tg_assert_fails(TG_ERR_IO, path, tg_program_write(&to.program, path, tg_suite_error));
    ck_assert(!is_there(path));
    written_clear(&to);
}
END_TEST

START_TEST(program_record_leaves_nothing_where_it_cannot_write)
{
    // A path that is short enough for the folder and too long for its files.
    written to;
    char path[TG_PATH_BYTES];
    write_program(&to, TG_PROGRAM_COMPRESS, 7, 3);
    (void)snprintf(path, sizeof path, "%s", to.parent);
    while (strlen(path) < TG_PATH_BYTES - 20) {
        strcat(path, "/.");
    }
    strcat(path, "/deep");
    tg_assert_fails(TG_ERR_IO, "", tg_program_write(&to.program, path, tg_suite_error));
    ck_assert(!is_there(path));
    written_clear(&to);
}
END_TEST

TG_SUITE("program_record", program_record_holds_the_program, program_record_passes_the_gate,
         program_record_keeps_what_is_there, program_record_leaves_nothing_where_it_cannot_write)
