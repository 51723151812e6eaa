/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records: those of the corpus whole, and record.json in all forms that are read or refused. */
#include "files/npy.h"
#include "files/record.h"
#include "test_files.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

/* Write record.json into the folder. */
static void write_record(const char *text)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    write_file(path, text, strlen(text));
}

START_TEST(record_reads_a_heading_and_entries)
{
    tg_record record;
    tg_assert_ok(tg_record_open(&record, TG_CORPUS "/fixed-height/5-in-100", tg_suite_error));
    ck_assert_str_eq(record.path, TG_CORPUS "/fixed-height/5-in-100");
    ck_assert_str_eq(record.source, "drawn as SP1's GPU trace tests draw them (StdRng)");
    ck_assert_uint_eq(record.fixed_height, 100);
    ck_assert_uint_eq(record.nb_traces, 24);
    const tg_record_trace *entry = tg_record_find(&record, "Select.main");
    ck_assert_ptr_nonnull(entry);
    ck_assert_str_eq(entry->name, "Select.main");
    ck_assert_uint_eq(entry->nb_events, 5);
    ck_assert_uint_eq(entry->height, 100);
    ck_assert_uint_eq(entry->width, 5);
    ck_assert(entry->has_digest && entry->has_cells && entry->has_events);
    const tg_record_trace *without = tg_record_find(&record, "MemoryConst.main");
    ck_assert_ptr_nonnull(without);
    ck_assert(without->has_cells && !without->has_events);
    ck_assert_ptr_null(tg_record_find(&record, "Select"));
    ck_assert_ptr_null(tg_record_find(&record, "Global.main"));
    tg_record_clear(&record);
}
END_TEST

/* Read the events of every trace that the model knows; counts of both sorts. */
static void read_all_events(const char *path, size_t *nb_read, size_t *nb_unknown)
{
    tg_record record;
    tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
    size_t nb_known = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        const tg_record_trace *entry = tg_record_find(&record, trace->name);
        if (entry == NULL) continue;
        ck_assert_uint_eq(entry->width, tg_trace_width(trace));
        ck_assert_int_eq(entry->has_events, trace->event != NULL);
        const size_t nb_bytes = entry->nb_events * tg_trace_event_size(trace);
        unsigned char *events = malloc(nb_bytes + 1);
        ck_assert_ptr_nonnull(events);
        memset(events, 0xa5, nb_bytes + 1);
        tg_assert_ok(tg_record_read_events(events, &record, entry, trace, tg_suite_error));
        ck_assert_uint_eq(events[nb_bytes], 0xa5);
        tg_assert_ok(tg_trace_check_events(
            trace, events, trace->event != NULL ? entry->nb_events : 0, tg_suite_error));
        free(events);
        nb_known++;
    }
    *nb_read += nb_known;
    *nb_unknown += record.nb_traces - nb_known;
    tg_record_clear(&record);
}

START_TEST(record_reads_all_events_of_the_corpus)
{
    char **paths = NULL;
    size_t nb_paths = 0;
    size_t nb_read = 0;
    size_t nb_unknown = 0;
    tg_assert_ok(tg_record_list(&paths, &nb_paths, TG_CORPUS, tg_suite_error));
    for (size_t i = 0; i < nb_paths; i++) {
        read_all_events(paths[i], &nb_read, &nb_unknown);
    }
    tg_record_list_clear(paths, nb_paths);
    ck_assert_uint_gt(nb_read, 300);
    ck_assert_uint_eq(nb_unknown, 0);
}
END_TEST

START_TEST(record_takes_what_it_does_not_know)
{
    // As in records of whole shards: more keys, a trace of no chip here, no digest, no files.
    tg_record record;
    tg_suite_make_folder(folder);
    write_record("{\"chips\": [{\"chip\": \"Add\", \"height\": 672}], \"machine\": \"riscv\", "
                 "\"fixed_height\": null,\n"
                 " \"traces\": [{\"trace\": \"Other.main\", \"events\": 10495, \"height\": 10496, "
                 "\"width\": 286,\n"
                 " \"cumulative_sum_x\": [1, 2], \"sha256\": \"\", \"xxh3_128\": null}]}");
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    ck_assert_str_eq(record.source, "");
    ck_assert_uint_eq(record.fixed_height, 0);
    ck_assert_uint_eq(record.nb_traces, 1);
    ck_assert_uint_eq(record.traces[0].nb_events, 10495);
    ck_assert(!record.traces[0].has_digest && !record.traces[0].has_cells &&
              !record.traces[0].has_events);
    uint32_t cell = 0;
    tg_assert_fails(TG_ERR_IO, "Other.main.trace.npy",
                    tg_record_read_cells(&cell, &record, &record.traces[0], tg_suite_error));
    tg_record_clear(&record);
    write_record("{\"traces\": []}");
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    ck_assert_uint_eq(record.nb_traces, 0);
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

#define ENTRY(rest)                                                                             \
    "{\"traces\": [{\"trace\": \"A.main\", \"events\": 1, \"height\": 1, \"width\": 1}, {" rest \
    "}]}"
#define NUMBERS "\"events\": 1, \"height\": 1, \"width\": 1"

/* Contents of record.json that are refused, and what is said of each. */
static const struct {
    const char *text;
    const char *words;
} bad_records[] = {
    {"", "record.json, line 1"},
    {"{\"traces\": [}", "line 1, column 13"},
    {"{}", "\"traces\" is missing"},
    {"{\"traces\": 1}", "\"traces\" is not an array"},
    {"{\"traces\": {}}", "\"traces\" is not an array"},
    {"{\"traces\": [1]}", "not an object"},
    {"{\"traces\": [], \"source\": 1}", "\"source\" is not a string"},
    {"{\"traces\": [], \"fixed_height\": 0}", "\"fixed_height\" is 0"},
    {"{\"traces\": [], \"fixed_height\": 67108865}", "\"fixed_height\" is 67108865"},
    {"{\"traces\": [], \"fixed_height\": \"32\"}", "\"fixed_height\" is not an integer"},
    {ENTRY(""), "\"trace\" is missing"},
    {ENTRY("\"trace\": 1, " NUMBERS), "\"trace\" is not a string"},
    {ENTRY("\"trace\": \"\", " NUMBERS), "empty"},
    {ENTRY("\"trace\": \"../B.main\", " NUMBERS), "other characters"},
    {ENTRY("\"trace\": \"/etc/passwd\", " NUMBERS), "other characters"},
    {ENTRY("\"trace\": \"B main\", " NUMBERS), "other characters"},
    {ENTRY("\"trace\": \"B\\n.main\", " NUMBERS), "other characters"},
    {ENTRY("\"trace\": \"B\\u00e9.main\", " NUMBERS), "other characters"},
    {ENTRY("\"trace\": \"A.main\", " NUMBERS), "traces[0]"},
    {ENTRY("\"trace\": \"B\", \"height\": 1, \"width\": 1"), "\"events\" is missing"},
    {ENTRY("\"trace\": \"B\", \"events\": -1, \"height\": 1, \"width\": 1"), "\"events\" is -1"},
    {ENTRY("\"trace\": \"B\", \"events\": 134217729, \"height\": 1, \"width\": 1"),
     "\"events\" is 134217729"},
    {ENTRY("\"trace\": \"B\", \"events\": 1.5, \"height\": 1, \"width\": 1"),
     "\"events\" is not an integer"},
    {ENTRY("\"trace\": \"B\", \"events\": 1, \"height\": 67108865, \"width\": 1"),
     "\"height\" is 67108865"},
    {ENTRY("\"trace\": \"B\", \"events\": 1, \"height\": null, \"width\": 1"),
     "\"height\" is not an integer"},
    {ENTRY("\"trace\": \"B\", \"events\": 1, \"height\": 1, \"width\": 0"), "\"width\" is 0"},
    {ENTRY("\"trace\": \"B\", \"events\": 1, \"height\": 1, \"width\": 65537"),
     "\"width\" is 65537"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": 5"), "\"xxh3_128\" is not a string"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": \"\""), "32 lower-case hex"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": \"99aa06d3014798d86001c324468d497\""),
     "32 lower-case hex"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": \"99aa06d3014798d86001c324468d497f0\""),
     "too long"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": \"99AA06D3014798D86001C324468D497F\""),
     "32 lower-case hex"},
    {ENTRY("\"trace\": \"B\", " NUMBERS ", \"xxh3_128\": \"99aa06d3014798d8g001c324468d497f\""),
     "32 lower-case hex"},
};

START_TEST(record_refuses_bad_content)
{
    tg_record record;
    tg_suite_make_folder(folder);
    for (size_t i = 0; i < sizeof bad_records / sizeof bad_records[0]; i++) {
        write_record(bad_records[i].text);
        tg_error error = {0};
        ck_assert_int_eq(tg_record_open(&record, folder, &error), TG_ERR_FORMAT);
        assert_says(TG_ERR_FORMAT, &error, bad_records[i].words, "record.json");
        if (strstr(bad_records[i].text, "A.main") != NULL)
            assert_says(TG_ERR_FORMAT, &error, folder, "traces[1]");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_refuses_names_and_lists_without_bound)
{
    const size_t max_bytes = (size_t)1 << 20;
    char *text = malloc(max_bytes);
    tg_record record;
    tg_suite_make_folder(folder);
    // 127 characters are the longest name.
    for (int length = TG_NAME_BYTES - 1; length <= TG_NAME_BYTES; length++) {
        (void)snprintf(text, max_bytes, "{\"traces\": [{\"trace\": \"%0*d\", " NUMBERS "}]}",
                       length, 1);
        write_record(text);
        if (length < TG_NAME_BYTES) {
            tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
            ck_assert_uint_eq(strlen(record.traces[0].name), TG_NAME_BYTES - 1);
            tg_record_clear(&record);
        } else {
            tg_assert_fails(TG_ERR_FORMAT, "too long",
                            tg_record_open(&record, folder, tg_suite_error));
        }
    }
    int used = snprintf(text, max_bytes, "{\"traces\": [0");
    for (int i = 0; i < 4096; i++) {
        used += snprintf(text + used, max_bytes - (size_t)used, ",0");
    }
    (void)snprintf(text + used, max_bytes - (size_t)used, "]}");
    write_record(text);
    tg_assert_fails(TG_ERR_FORMAT, "4097 traces", tg_record_open(&record, folder, tg_suite_error));
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_refuses_folders_that_are_none)
{
    tg_record record;
    tg_suite_make_folder(folder);
    tg_assert_fails(TG_ERR_IO, "record.json", tg_record_open(&record, folder, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "record.json", tg_record_open(&record, "/dev/null", tg_suite_error));
    char long_path[TG_PATH_BYTES];
    memset(long_path, 'a', sizeof long_path);
    long_path[sizeof long_path - 1] = '\0';
    tg_assert_fails(TG_ERR_IO, "too long", tg_record_open(&record, long_path, tg_suite_error));
    char path[512];
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    tg_assert_fails(TG_ERR_IO, "a folder", tg_record_open(&record, folder, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_refuses_files_that_contradict_it)
{
    static const uint32_t cells[4] = {1, 2, 3, 4};
    uint32_t back[4] = {0};
    char path[512];
    tg_record record;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/Select.main.trace.npy", folder);
    tg_digest digest;
    char text[33];
    char json[512];
    tg_assert_ok(tg_digest_cells(&digest, cells, 2, 2, tg_suite_error));
    (void)snprintf(json, sizeof json,
                   "{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 2, "
                   "\"width\": 2, \"xxh3_128\": \"%s\"}]}",
                   tg_digest_text(text, &digest));
    write_record(json);
    tg_assert_ok(tg_npy_write_cells(path, cells, 2, 2, tg_suite_error));
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    ck_assert(record.traces[0].has_cells && !record.traces[0].has_events);
    tg_assert_ok(tg_record_read_cells(back, &record, &record.traces[0], tg_suite_error));
    ck_assert_mem_eq(back, cells, sizeof cells);

    static const uint32_t changed[4] = {1, 2, 3, 5};
    tg_assert_ok(tg_npy_write_cells(path, changed, 2, 2, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, text,
                    tg_record_read_cells(back, &record, &record.traces[0], tg_suite_error));
    tg_assert_ok(tg_npy_write_cells(path, cells, 1, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "an array [1, 4]",
                    tg_record_read_cells(back, &record, &record.traces[0], tg_suite_error));
    tg_assert_ok(tg_npy_write_events(path, cells, 2, 2, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "of type u1",
                    tg_record_read_cells(back, &record, &record.traces[0], tg_suite_error));
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_refuses_events_of_other_number_or_size)
{
    const tg_trace *trace = NULL;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, "Select.main") == 0) trace = tg_trace_at(i);
    }
    ck_assert_ptr_nonnull(trace);
    const size_t size = tg_trace_event_size(trace);
    static const unsigned char zeros[1024];
    unsigned char events[1024];
    char path[512];
    tg_record record;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/Select.main.events.npy", folder);
    write_record("{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 32, "
                 "\"width\": 5}]}");
    tg_assert_ok(tg_npy_write_events(path, zeros, 3, size, tg_suite_error));
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    const tg_record_trace *entry = &record.traces[0];
    tg_assert_ok(tg_record_read_events(events, &record, entry, trace, tg_suite_error));
    static const size_t shapes[][2] = {{2, 0}, {4, 0}, {0, 0}, {3, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        tg_assert_ok(
            tg_npy_write_events(path, zeros, shapes[i][0], size + shapes[i][1], tg_suite_error));
        tg_assert_fails(TG_ERR_FORMAT, path,
                        tg_record_read_events(events, &record, entry, trace, tg_suite_error));
    }
    ck_assert_int_eq(unlink(path), 0);
    tg_assert_fails(TG_ERR_IO, path,
                    tg_record_read_events(events, &record, entry, trace, tg_suite_error));
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(record_checks_files_before_they_are_read)
{
    const tg_trace *trace = NULL;
    const tg_trace *without = NULL;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, "Select.main") == 0) trace = tg_trace_at(i);
        if (tg_trace_at(i)->event == NULL) without = tg_trace_at(i);
    }
    ck_assert(trace != NULL && without != NULL);
    const size_t size = tg_trace_event_size(trace);
    static const unsigned char zeros[1024];
    static const uint32_t no_cells[4 * 5];
    char events[512];
    char cells[512];
    tg_record record;
    tg_suite_make_folder(folder);
    (void)snprintf(events, sizeof events, "%s/Select.main.events.npy", folder);
    (void)snprintf(cells, sizeof cells, "%s/Select.main.trace.npy", folder);
    write_record("{\"traces\": [{\"trace\": \"Select.main\", \"events\": 3, \"height\": 4, "
                 "\"width\": 5}]}");
    tg_assert_ok(tg_record_open(&record, folder, tg_suite_error));
    const tg_record_trace *entry = &record.traces[0];
    tg_assert_fails(TG_ERR_IO, events,
                    tg_record_check_events(&record, entry, trace, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, cells, tg_record_check_cells(&record, entry, tg_suite_error));
    tg_assert_ok(tg_record_check_events(&record, entry, without, tg_suite_error));
    tg_assert_ok(tg_npy_write_events(events, zeros, 3, size, tg_suite_error));
    tg_assert_ok(tg_record_check_events(&record, entry, trace, tg_suite_error));
    tg_assert_ok(tg_npy_write_cells(cells, no_cells, 4, 5, tg_suite_error));
    tg_assert_ok(tg_record_check_cells(&record, entry, tg_suite_error));
    // Numbers in record.json that the files do not bear out.
    record.traces[0].nb_events = TG_MAX_EVENTS;
    record.traces[0].height = TG_MAX_HEIGHT;
    tg_assert_fails(TG_ERR_FORMAT, events,
                    tg_record_check_events(&record, entry, trace, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, cells, tg_record_check_cells(&record, entry, tg_suite_error));
    record.traces[0].nb_events = 3;
    tg_assert_ok(tg_npy_write_events(events, zeros, 3, size + 1, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, events,
                    tg_record_check_events(&record, entry, trace, tg_suite_error));
    tg_record_clear(&record);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("record", record_reads_a_heading_and_entries, record_reads_all_events_of_the_corpus,
         record_takes_what_it_does_not_know, record_refuses_bad_content,
         record_refuses_names_and_lists_without_bound, record_refuses_folders_that_are_none,
         record_refuses_files_that_contradict_it, record_refuses_events_of_other_number_or_size,
         record_checks_files_before_they_are_read)
