/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* docs/report.schema.json is what the program prints. With a file's name, this writes it there:
 *   test_document_schema docs/report.schema.json
 */
#include "harness/document.h"
#include "test_files.h"

START_TEST(document_schema_is_the_published_one)
{
    size_t nb_published = 0;
    char *text = NULL;
    size_t nb_bytes = 0;
    FILE *stream = open_memstream(&text, &nb_bytes);
    ck_assert_ptr_nonnull(stream);
    tg_assert_ok(tg_document_write_schema(stream, tg_suite_error));
    ck_assert_int_eq(fclose(stream), 0);
    unsigned char *published = read_file(TG_SOURCE_DIR "/docs/report.schema.json", &nb_published);
    ck_assert_msg(nb_published == nb_bytes && memcmp(text, published, nb_bytes) == 0,
                  "docs/report.schema.json is not that of the program: test_document_schema "
                  "docs/report.schema.json writes it");
    free(text);
    free(published);
}
END_TEST

static int write_schema(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) return 2;
    const tg_status status = tg_document_write_schema(file, NULL);
    return fclose(file) == 0 ? tg_status_exit_code(status) : 2;
}

int main(int nb_words, char **words)
{
    if (nb_words == 2) return write_schema(words[1]);
    const TTest *const cases[] = {document_schema_is_the_published_one};
    return tg_suite_run("document_schema", cases, 1);
}
