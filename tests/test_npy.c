/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* .npy files: round trips, every form that is read, files that change or are not theirs. */
#include "npy_made.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open the file at path and read it as a trace; cells to be freed. */
static uint32_t *read_cells(size_t *height, size_t *width)
{
    tg_npy npy;
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    *height = npy.nb_rows;
    *width = npy.nb_columns;
    uint32_t *cells = malloc(npy.nb_rows * npy.nb_columns * sizeof(uint32_t) + 1);
    ck_assert_ptr_nonnull(cells);
    tg_assert_ok(tg_npy_read_cells(cells, &npy, tg_suite_error));
    tg_npy_close(&npy);
    return cells;
}

START_TEST(npy_round_trips_cells)
{
    // Around the edge of a block (16), and around a tile: 2^17 words, of one row and of several.
    static const size_t shapes[][2] = {
        {1, 1},      {0, 3},      {1, 17},     {16, 16},   {15, 16},    {17, 15},
        {33, 1},     {1000, 5},   {731, 179},  {733, 179}, {131072, 1}, {131073, 1},
        {2, 131071}, {2, 131072}, {3, 131073}, {8192, 16}, {8193, 17},  {5, 40000}};
    setup_path();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint32_t *cells = make_cells(shapes[i][0], shapes[i][1]);
        tg_assert_ok(tg_npy_write_cells(path, cells, shapes[i][0], shapes[i][1], tg_suite_error));
        size_t height = 0;
        size_t width = 0;
        uint32_t *back = read_cells(&height, &width);
        ck_assert_uint_eq(height, shapes[i][0]);
        ck_assert_uint_eq(width, shapes[i][1]);
        ck_assert_mem_eq(back, cells, height * width * sizeof(uint32_t));
        free(back);
        free(cells);
    }
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_round_trips_events)
{
    static const size_t shapes[][2] = {{0, 20}, {1, 1}, {1, 12}, {7, 5}, {1000, 64}};
    setup_path();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const size_t nb = shapes[i][0];
        const size_t size = shapes[i][1];
        unsigned char *events = malloc(nb * size + 1);
        unsigned char *back = malloc(nb * size + 1);
        for (size_t byte = 0; byte < nb * size; byte++) {
            events[byte] = (unsigned char)(byte * 7 + byte / 251);
        }
        tg_assert_ok(tg_npy_write_events(path, events, nb, size, tg_suite_error));
        tg_npy npy;
        tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
        ck_assert_uint_eq(npy.nb_rows, nb);
        ck_assert_uint_eq(npy.nb_columns, size);
        // All, then the first half: each read starts at the first event.
        tg_assert_ok(tg_npy_read_events(back, nb, size, &npy, tg_suite_error));
        ck_assert_mem_eq(back, events, nb * size);
        memset(back, 0, nb * size);
        tg_assert_ok(tg_npy_read_events(back, nb / 2, size, &npy, tg_suite_error));
        ck_assert_mem_eq(back, events, nb / 2 * size);
        tg_npy_close(&npy);
        free(back);
        free(events);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_writes_the_bytes_of_the_corpus)
{
    setup_path();
    size_t nb_original = 0;
    unsigned char *original =
        read_file(TG_CORPUS "/counts/17/Poseidon2WideDeg3.main.trace.npy", &nb_original);
    write_file(path, original, nb_original);
    size_t height = 0;
    size_t width = 0;
    uint32_t *cells = read_cells(&height, &width);
    tg_assert_ok(tg_npy_write_cells(path, cells, height, width, tg_suite_error));
    size_t nb_written = 0;
    unsigned char *written = read_file(path, &nb_written);
    ck_assert_uint_eq(nb_written, nb_original);
    ck_assert_mem_eq(written, original, nb_original);
    free(written);
    free(cells);
    free(original);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Assert that the file at path is the trace [2][3] of words 0x01020300 + row * 16 + column. */
static void assert_small_trace(void)
{
    size_t height = 0;
    size_t width = 0;
    uint32_t *cells = read_cells(&height, &width);
    ck_assert_uint_eq(height, 2);
    ck_assert_uint_eq(width, 3);
    for (uint32_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(cells[i], 0x01020300u + i % 2 * 16 + i / 2);
    }
    free(cells);
}

START_TEST(npy_reads_versions_1_to_3)
{
    setup_path();
    for (unsigned major = 1; major <= 3; major++) {
        write_npy(path, major, SMALL_TEXT, strlen(SMALL_TEXT), small_rows, sizeof small_rows);
        assert_small_trace();
    }
    // A text longer than version 1.0's two bytes of length could say only by its limit.
    char *text = malloc(65535);
    memset(text, ' ', 65535);
    memcpy(text, SMALL_TEXT, strlen(SMALL_TEXT) - 1);
    text[65534] = '\n';
    for (unsigned major = 1; major <= 3; major++) {
        write_npy(path, major, text, 65535, small_rows, sizeof small_rows);
        assert_small_trace();
    }
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_reads_swapped_words)
{
    uint32_t swapped[6];
    for (size_t i = 0; i < 6; i++) {
        swapped[i] = __builtin_bswap32(small_rows[i]);
    }
    setup_path();
    static const char text[] = "{'descr': '>u4', 'fortran_order': False, 'shape': (2, 3), }  \n";
    write_npy(path, 1, text, strlen(text), swapped, sizeof swapped);
    assert_small_trace();
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_reads_other_spellings_of_a_header)
{
    static const char *const texts[] = {
        "{'shape':(2,3),'fortran_order':False,'descr':'<u4'}\n",
        "{\"descr\": \"<u4\", \"fortran_order\": False, \"shape\": (2, 3)}          \n",
        "\t { 'descr' : '<u4' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , } \t \n",
    };
    setup_path();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_npy(path, 1, texts[i], strlen(texts[i]), small_rows, sizeof small_rows);
        assert_small_trace();
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_reads_all_spellings_of_bytes)
{
    static const char *const types[] = {"|u1", "<u1", ">u1", "u1"};
    setup_path();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char text[128];
        (void)snprintf(text, sizeof text,
                       "{'descr': '%s', 'fortran_order': False, 'shape': (2, 3), }\n", types[i]);
        write_npy(path, 1, text, strlen(text), "abcdef", 6);
        tg_npy npy;
        char events[7] = "";
        tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
        tg_assert_ok(tg_npy_read_events(events, 2, 3, &npy, tg_suite_error));
        ck_assert_str_eq(events, "abcdef");
        tg_npy_close(&npy);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_reads_a_trace_without_rows)
{
    // Columns without bound take no memory when there are no rows.
    static const char text[] =
        "{'descr': '<u4', 'fortran_order': False, 'shape': (0, 4611686018427387903), }\n";
    setup_path();
    write_npy(path, 1, text, strlen(text), NULL, 0);
    tg_npy npy;
    uint32_t untouched = 0xa5a5a5a5u;
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    ck_assert_uint_eq(npy.nb_rows, 0);
    tg_assert_ok(tg_npy_read_cells(&untouched, &npy, tg_suite_error));
    ck_assert_uint_eq(untouched, 0xa5a5a5a5u);
    tg_npy_close(&npy);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_what_the_reader_did_not_ask_for)
{
    uint32_t cells[8];
    unsigned char events[64];
    tg_npy npy;
    setup_path();
    tg_assert_ok(tg_npy_write_cells(path, small_rows, 2, 3, tg_suite_error));
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "of u4 [2, 3]",
                    tg_npy_read_events(events, 2, 3, &npy, tg_suite_error));
    tg_npy_close(&npy);
    tg_assert_ok(tg_npy_write_events(path, "abcdef", 2, 3, tg_suite_error));
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "of type u1", tg_npy_read_cells(cells, &npy, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "u1 [3 or more, 3]",
                    tg_npy_read_events(events, 3, 3, &npy, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "u1 [0 or more, 4]",
                    tg_npy_read_events(events, 0, 4, &npy, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, path, tg_npy_read_events(events, 2, 2, &npy, tg_suite_error));
    tg_npy_close(&npy);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_says_that_a_file_shrank_while_it_was_read)
{
    // Longer than any buffer that the start of the file was read into.
    const size_t height = 40000;
    uint32_t *cells = make_cells(height, 3);
    tg_npy npy;
    setup_path();
    tg_assert_ok(tg_npy_write_cells(path, cells, height, 3, tg_suite_error));
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    ck_assert_int_eq(truncate(path, 130), 0);
    tg_assert_fails(TG_ERR_IO, "became shorter", tg_npy_read_cells(cells, &npy, tg_suite_error));
    tg_npy_close(&npy);
    tg_assert_ok(tg_npy_write_events(path, cells, height, 3, tg_suite_error));
    tg_assert_ok(tg_npy_open(&npy, path, tg_suite_error));
    ck_assert_int_eq(truncate(path, 130), 0);
    tg_assert_fails(TG_ERR_IO, "became shorter",
                    tg_npy_read_events(cells, height, 3, &npy, tg_suite_error));
    tg_npy_close(&npy);
    free(cells);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_what_is_no_regular_file)
{
    tg_npy npy;
    setup_path();
    tg_assert_fails(TG_ERR_IO, "No such file", tg_npy_open(&npy, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "a folder", tg_npy_open(&npy, folder, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "a pipe or device", tg_npy_open(&npy, "/dev/null", tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "cannot open", tg_npy_open(&npy, "", tg_suite_error));
    // Opened in the usual way, a FIFO without a writer would wait for ever.
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    tg_assert_fails(TG_ERR_IO, "a pipe or device", tg_npy_open(&npy, path, tg_suite_error));
    char long_path[TG_PATH_BYTES + 1];
    memset(long_path, 'a', TG_PATH_BYTES);
    long_path[TG_PATH_BYTES] = '\0';
    tg_assert_fails(TG_ERR_IO, "too long", tg_npy_open(&npy, long_path, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_a_file_without_the_right_to_read)
{
    setup_path();
    write_file(path, "x", 1);
    ck_assert_int_eq(chmod(path, 0), 0);
    // Root may read everything: be nobody (65534 on Linux) for the call.
    const bool is_root = geteuid() == 0;
    if (is_root) ck_assert_int_eq(chmod(folder, 0755), 0);
    if (is_root) ck_assert_int_eq(seteuid(65534), 0);
    tg_npy npy;
    tg_assert_fails(TG_ERR_IO, "Permission denied", tg_npy_open(&npy, path, tg_suite_error));
    if (is_root) ck_assert_int_eq(seteuid(0), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_does_not_write_arrays_without_columns_or_beyond_memory)
{
    setup_path();
    tg_assert_fails(TG_ERR_SIZE, "without columns",
                    tg_npy_write_cells(path, small_rows, 2, 0, tg_suite_error));
    tg_assert_fails(TG_ERR_SIZE, "without columns",
                    tg_npy_write_events(path, small_rows, 2, 0, tg_suite_error));
    tg_assert_fails(TG_ERR_SIZE, "does not fit",
                    tg_npy_write_cells(path, small_rows, SIZE_MAX / 8, 3, tg_suite_error));
    tg_assert_fails(TG_ERR_SIZE, "does not fit",
                    tg_npy_write_events(path, small_rows, SIZE_MAX / 2, 3, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 0);
    tg_assert_fails(TG_ERR_IO, "a folder",
                    tg_npy_write_cells(folder, small_rows, 2, 3, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "a pipe or device",
                    tg_npy_write_cells("/dev/full", small_rows, 2, 3, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("npy", npy_round_trips_cells, npy_round_trips_events, npy_writes_the_bytes_of_the_corpus,
         npy_reads_versions_1_to_3, npy_reads_swapped_words, npy_reads_other_spellings_of_a_header,
         npy_reads_all_spellings_of_bytes, npy_reads_a_trace_without_rows,
         npy_refuses_what_the_reader_did_not_ask_for, npy_says_that_a_file_shrank_while_it_was_read,
         npy_refuses_what_is_no_regular_file, npy_refuses_a_file_without_the_right_to_read,
         npy_does_not_write_arrays_without_columns_or_beyond_memory)
