/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the suites of files/ share: files with given bytes, .npy files made by hand, what a folder
 * holds. Static, so that a suite may use some of them only.
 */
#ifndef TRACEGATE_TESTS_TEST_FILES_H
#define TRACEGATE_TESTS_TEST_FILES_H

#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TG_UNUSED __attribute__((unused))

/* Path of a file of the corpus. */
#define TG_CORPUS TG_SOURCE_DIR "/corpus/records"

TG_UNUSED static void write_file(const char *path, const void *bytes, size_t nb_bytes)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    if (nb_bytes != 0) ck_assert_uint_eq(fwrite(bytes, 1, nb_bytes, file), nb_bytes);
    ck_assert_int_eq(fclose(file), 0);
}

/* All bytes of a file, to be freed; at most a MiB. */
TG_UNUSED static unsigned char *read_file(const char *path, size_t *nb_bytes)
{
    const size_t max_bytes = (size_t)1 << 20;
    unsigned char *bytes = malloc(max_bytes);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(bytes);
    ck_assert_msg(file != NULL, "no file %s", path);
    *nb_bytes = fread(bytes, 1, max_bytes, file);
    ck_assert_uint_lt(*nb_bytes, max_bytes);
    ck_assert_int_eq(fclose(file), 0);
    return bytes;
}

TG_UNUSED static void assert_file_holds(const char *path, const char *text)
{
    size_t nb_bytes = 0;
    unsigned char *bytes = read_file(path, &nb_bytes);
    ck_assert_uint_eq(nb_bytes, strlen(text));
    ck_assert_mem_eq(bytes, text, nb_bytes);
    free(bytes);
}

/* Entries of a folder, hidden ones too. */
TG_UNUSED static size_t nb_entries(const char *path)
{
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    size_t nb = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) nb++;
    }
    (void)closedir(folder);
    return nb;
}

/* Assert that an error has a status, a way to mend it, and in its line both texts; and that the
 * line is one, without controls. */
TG_UNUSED static void assert_says(tg_status status, const tg_error *error, const char *first,
                                  const char *second)
{
    char line[sizeof(tg_error) + 16];
    (void)tg_error_line(line, sizeof line, error);
    ck_assert_int_eq(error->status, status);
    ck_assert_msg(strstr(line, first) != NULL && strstr(line, second) != NULL,
                  "no \"%s\" or \"%s\" in: %s", first, second, line);
    ck_assert_msg(error->how[0] != '\0', "no way to mend it: %s", line);
    for (const char *byte = line; *byte != '\0'; byte++) {
        ck_assert_msg((unsigned char)*byte >= ' ', "a control character in: %s", line);
    }
}

/* Write a .npy file by hand: version major.0, a header text, data. */
TG_UNUSED static void write_npy(const char *path, unsigned major, const char *text,
                                size_t text_length, const void *data, size_t nb_bytes)
{
    unsigned char start[12] = {0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)major, 0};
    for (size_t i = 0; i < 4; i++) {
        start[8 + i] = (unsigned char)(text_length >> (8 * i));
    }
    const size_t start_length = major == 1 ? 10 : 12;
    unsigned char *bytes = malloc(start_length + text_length + nb_bytes);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, start, start_length);
    memcpy(bytes + start_length, text, text_length);
    if (nb_bytes != 0) memcpy(bytes + start_length + text_length, data, nb_bytes);
    write_file(path, bytes, start_length + text_length + nb_bytes);
    free(bytes);
}

/* Words that tell rows and columns apart and are in part not below p. */
TG_UNUSED static uint32_t cell_word(size_t row, size_t column)
{
    return (uint32_t)(row * 2654435761u + column * 40503u + 1u);
}

TG_UNUSED static uint32_t *make_cells(size_t height, size_t width)
{
    uint32_t *cells = malloc(height * width * sizeof(uint32_t) + 1);
    ck_assert_ptr_nonnull(cells);
    for (size_t column = 0; column < width; column++) {
        for (size_t row = 0; row < height; row++) {
            cells[column * height + row] = cell_word(row, column);
        }
    }
    return cells;
}

#endif
