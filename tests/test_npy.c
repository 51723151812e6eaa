/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* .npy files: round trips, every form that is read, every form that is refused. */
#include "files/npy.h"
#include "test_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static char path[512];

static void setup_path(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.npy", folder);
}

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

static const uint32_t small_rows[6] = {0x01020300, 0x01020301, 0x01020302,
                                       0x01020310, 0x01020311, 0x01020312};
#define SMALL_TEXT "{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n"

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

START_TEST(npy_refuses_fortran_order_with_the_line_that_mends_it)
{
    static const char text[] = "{'descr': '<u4', 'fortran_order': True, 'shape': (2, 3), }\n";
    setup_path();
    write_npy(path, 1, text, strlen(text), small_rows, sizeof small_rows);
    tg_npy npy;
    char line[600];
    (void)snprintf(line, sizeof line, "f = '%s'; np.save(f, np.ascontiguousarray(np.load(f)))",
                   path);
    tg_assert_fails(TG_ERR_FORMAT, line, tg_npy_open(&npy, path, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* A text and what its error says; length 0: strlen. */
static const struct {
    const char *text;
    size_t length;
    tg_status status;
    const char *words;
} hostile[] = {
    {"", 0, TG_ERR_FORMAT, "\"{\" was expected"},
    {"\n", 0, TG_ERR_FORMAT, "\"{\" was expected"},
    {"{}\n", 0, TG_ERR_FORMAT, "key is missing"},
    {"{'descr': '<u4', 'fortran_order': False, }\n", 0, TG_ERR_FORMAT, "key is missing"},
    {"{'descr': '<u4', 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT, "key is missing"},
    {"{'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT, "key is missing"},
    {"{'descr': '<u4', 'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0,
     TG_ERR_FORMAT, "came before"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), 'more': 1, }\n", 0, TG_ERR_FORMAT,
     "is not descr"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), "
     "'a_key_that_is_longer_than_any_key_can_be': 1}\n",
     0, TG_ERR_FORMAT, "too long"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }", 0, TG_ERR_FORMAT,
     "one newline at the end"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n\n", 0, TG_ERR_FORMAT,
     "one newline at the end"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n ", 0, TG_ERR_FORMAT,
     "one newline at the end"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), } x\n", 0, TG_ERR_FORMAT,
     "one newline at the end"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\0\n", 62, TG_ERR_FORMAT,
     "one newline at the end"},
    {"{'descr': '<u4\0', 'fortran_order': False, 'shape': (2, 3), }\n", 62, TG_ERR_FORMAT,
     "byte it can't hold"},
    {"{'descr': '<u4', 'fortran_order': False, \0'shape': (2, 3), }\n", 62, TG_ERR_FORMAT,
     "a string was expected"},
    {"{'descr': '\xc3\xa9', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "byte it can't hold"},
    {"{'descr': '<\\u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "byte it can't hold"},
    {"{'descr': '<u4, 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT, "at byte"},
    {"{'descr': '<u4\n", 0, TG_ERR_FORMAT, "byte it can't hold"},
    {"{'descr': '<u4", 0, TG_ERR_FORMAT, "byte it can't hold"},
    {"{'descr': ''<u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "\",\" or \"}\""},
    {"{'descr' '<u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "\":\" was expected"},
    {"{'descr': '<u4' 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "\",\" or \"}\""},
    {"{,'descr': '<u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "a string was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3),, }\n", 0, TG_ERR_FORMAT,
     "a string was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3),", 0, TG_ERR_FORMAT,
     "a string was expected"},
    {"{'descr': '<u4', 'fortran_order': 0, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "True or False"},
    {"{'descr': '<u4', 'fortran_order': 'False', 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "True or False"},
    {"{'descr': '<u4', 'fortran_order': Falsehood, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "\",\" or \"}\""},
    {"{'descr': [('a', '<u4')], 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "a structure"},
    {"{'descr': ('<u4', (2,)), 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "a structure"},
    {"{'descr': {'descr': '<u4'}, 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "a string was expected"},
    {"{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "type '<i4'"},
    {"{'descr': '<u8', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "type '<u8'"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT, "type '|O'"},
    {"{'descr': '|u4', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT,
     "type '|u4'"},
    {"{'descr': '', 'fortran_order': False, 'shape': (2, 3), }\n", 0, TG_ERR_FORMAT, "type ''"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (), }\n", 0, TG_ERR_FORMAT, "0 dimensions"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (6,), }\n", 0, TG_ERR_FORMAT,
     "1 dimensions"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (1, 2, 3), }\n", 0, TG_ERR_FORMAT,
     "3 dimensions"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (6), }\n", 0, TG_ERR_FORMAT,
     "without a \",\""},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': 6, }\n", 0, TG_ERR_FORMAT,
     "\"(\" was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': [2, 3], }\n", 0, TG_ERR_FORMAT,
     "\"(\" was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': ((2, 3)), }\n", 0, TG_ERR_FORMAT,
     "a dimension was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3, 'a'), }\n", 0, TG_ERR_FORMAT,
     "a dimension was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2,, 3), }\n", 0, TG_ERR_FORMAT,
     "a dimension was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (,), }\n", 0, TG_ERR_FORMAT,
     "a dimension was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2 3), }\n", 0, TG_ERR_FORMAT,
     "in the shape"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 3L), }\n", 0, TG_ERR_FORMAT,
     "in the shape"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2.0, 3), }\n", 0, TG_ERR_FORMAT,
     "in the shape"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (0x2, 3), }\n", 0, TG_ERR_FORMAT,
     "in the shape"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (02, 3), }\n", 0, TG_ERR_FORMAT,
     "leading 0"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (-2, 3), }\n", 0, TG_ERR_FORMAT,
     "negative"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (+2, 3), }\n", 0, TG_ERR_FORMAT,
     "a dimension was expected"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (2, 0), }\n", 0, TG_ERR_FORMAT,
     "without columns"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (0, 0), }\n", 0, TG_ERR_FORMAT,
     "without columns"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (18446744073709551616, 1), }\n", 0,
     TG_ERR_SIZE, "above"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (99999999999999999999999999999999, 1), }\n",
     0, TG_ERR_SIZE, "above"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }\n", 0,
     TG_ERR_SIZE, "does not fit"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (1, 4611686018427387904), }\n", 0,
     TG_ERR_SIZE, "does not fit"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (4611686018427387905, 2), }\n", 0,
     TG_ERR_SIZE, "does not fit"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (18446744073709551615, 1), }\n", 0,
     TG_ERR_SIZE, "does not fit"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551615, 1), }\n", 0,
     TG_ERR_FORMAT, "truncated"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (3, 3), }\n", 0, TG_ERR_FORMAT,
     "truncated"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (1, 3), }\n", 0, TG_ERR_FORMAT,
     "bytes follow"},
    {"{'descr': '<u4', 'fortran_order': False, 'shape': (0, 3), }\n", 0, TG_ERR_FORMAT,
     "bytes follow"},
};

START_TEST(npy_refuses_hostile_headers)
{
    setup_path();
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        const size_t length = hostile[i].length != 0 ? hostile[i].length : strlen(hostile[i].text);
        for (unsigned major = 1; major <= 3; major++) {
            write_npy(path, major, hostile[i].text, length, small_rows, sizeof small_rows);
            tg_npy npy;
            tg_error error = {0};
            ck_assert_int_eq(tg_npy_open(&npy, path, &error), hostile[i].status);
            assert_says(hostile[i].status, &error, hostile[i].words, path);
        }
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_deep_nesting_without_recursion)
{
    setup_path();
    char *text = malloc(65000);
    memset(text, '(', 65000);
    memcpy(text, "{'shape': ", 10);
    tg_npy npy;
    write_npy(path, 1, text, 65000, small_rows, sizeof small_rows);
    tg_assert_fails(TG_ERR_FORMAT, "a dimension was expected",
                    tg_npy_open(&npy, path, tg_suite_error));
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_bad_starts)
{
    static const struct {
        size_t at;
        unsigned char byte;
        const char *words;
    } changes[] = {
        {0, 'x', "does not start with"}, {5, 'y', "does not start with"}, {6, 0, "version 0.0"},
        {6, 4, "version 4.0"},           {6, 255, "version 255.0"},       {7, 1, "version 1.1"},
        {9, 255, "header says"},         {8, 255, "header says"},
    };
    setup_path();
    write_npy(path, 1, SMALL_TEXT, strlen(SMALL_TEXT), small_rows, sizeof small_rows);
    size_t nb_bytes = 0;
    unsigned char *bytes = read_file(path, &nb_bytes);
    tg_npy npy;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const unsigned char kept = bytes[changes[i].at];
        bytes[changes[i].at] = changes[i].byte;
        write_file(path, bytes, nb_bytes);
        tg_assert_fails(TG_ERR_FORMAT, changes[i].words, tg_npy_open(&npy, path, tg_suite_error));
        bytes[changes[i].at] = kept;
    }
    free(bytes);
    // Version 2.0 with lengths above the limit and above the file.
    char *text = calloc(1, 70000);
    write_npy(path, 2, text, 65536, small_rows, sizeof small_rows);
    tg_assert_fails(TG_ERR_FORMAT, "header says that it has 65536",
                    tg_npy_open(&npy, path, tg_suite_error));
    free(text);
    write_file(path, "\x93NUMPY\x02\x00\xff\xff\xff\xff", 12);
    tg_assert_fails(TG_ERR_FORMAT, "header says that it has 4294967295",
                    tg_npy_open(&npy, path, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(npy_refuses_every_truncation_and_extension)
{
    setup_path();
    for (unsigned major = 1; major <= 3; major++) {
        write_npy(path, major, SMALL_TEXT, strlen(SMALL_TEXT), small_rows, sizeof small_rows);
        size_t nb_bytes = 0;
        unsigned char *bytes = read_file(path, &nb_bytes);
        tg_npy npy;
        for (size_t length = 0; length < nb_bytes; length++) {
            write_file(path, bytes, length);
            tg_assert_fails(TG_ERR_FORMAT, path, tg_npy_open(&npy, path, tg_suite_error));
        }
        for (size_t more = 1; more <= 24; more++) {
            bytes[nb_bytes + more - 1] = 0;
            write_file(path, bytes, nb_bytes + more);
            tg_assert_fails(TG_ERR_FORMAT, "bytes follow", tg_npy_open(&npy, path, tg_suite_error));
        }
        free(bytes);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* Change a byte of the file at path in its place. */
static void change_byte(size_t at, unsigned char byte)
{
    const int file = open(path, O_WRONLY);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(pwrite(file, &byte, 1, (off_t)at), 1);
    ck_assert_int_eq(close(file), 0);
}

START_TEST(npy_survives_every_changed_byte_of_the_header)
{
    setup_path();
    write_npy(path, 1, SMALL_TEXT, strlen(SMALL_TEXT), small_rows, sizeof small_rows);
    size_t nb_bytes = 0;
    unsigned char *bytes = read_file(path, &nb_bytes);
    size_t nb_opened = 0;
    for (size_t at = 0; at < nb_bytes - sizeof small_rows; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            change_byte(at, (unsigned char)byte);
            tg_npy npy;
            tg_error error = {0};
            const tg_status status = tg_npy_open(&npy, path, &error);
            if (status == TG_OK) {
                // The unchanged byte, another order of bytes, a blank for a blank: still exactly
                // these data.
                nb_opened++;
                ck_assert_uint_eq(npy.nb_rows * npy.nb_columns * npy.item_size, sizeof small_rows);
                tg_npy_close(&npy);
            } else {
                ck_assert(status == TG_ERR_FORMAT || status == TG_ERR_SIZE);
                ck_assert(error.how[0] != '\0');
            }
        }
        change_byte(at, bytes[at]);
    }
    // Each position has at least its own byte.
    ck_assert_uint_ge(nb_opened, nb_bytes - sizeof small_rows);
    ck_assert_uint_lt(nb_opened, 2 * nb_bytes);
    free(bytes);
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
         npy_reads_all_spellings_of_bytes, npy_refuses_fortran_order_with_the_line_that_mends_it,
         npy_refuses_hostile_headers, npy_refuses_deep_nesting_without_recursion,
         npy_refuses_bad_starts, npy_refuses_every_truncation_and_extension,
         npy_survives_every_changed_byte_of_the_header, npy_reads_a_trace_without_rows,
         npy_refuses_what_the_reader_did_not_ask_for, npy_says_that_a_file_shrank_while_it_was_read,
         npy_refuses_what_is_no_regular_file, npy_refuses_a_file_without_the_right_to_read,
         npy_does_not_write_arrays_without_columns_or_beyond_memory)
