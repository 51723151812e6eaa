/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Headers of .npy files that are refused: each hostile form, each truncation, each changed byte. */
#include "npy_made.h"

#include <fcntl.h>
#include <unistd.h>

START_TEST(npy_headers_refuse_fortran_order_with_the_line_that_mends_it)
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

START_TEST(npy_headers_refuse_hostile_headers)
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

START_TEST(npy_headers_refuse_deep_nesting_without_recursion)
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

START_TEST(npy_headers_refuse_bad_starts)
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

START_TEST(npy_headers_refuse_every_truncation_and_extension)
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

START_TEST(npy_headers_survive_every_changed_byte_of_the_header)
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

TG_SUITE("npy_headers", npy_headers_refuse_fortran_order_with_the_line_that_mends_it,
         npy_headers_refuse_hostile_headers, npy_headers_refuse_deep_nesting_without_recursion,
         npy_headers_refuse_bad_starts, npy_headers_refuse_every_truncation_and_extension,
         npy_headers_survive_every_changed_byte_of_the_header)
