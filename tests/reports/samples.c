/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents for programs that know their formats.
 *
 *   report_samples DIR               writes every sample in every form: DIR/<sample>.<form>
 *   report_samples --read LIST       reads the documents whose paths stand in LIST, a line each,
 * and prints for each "read" or "refused: WHY"
 */
#include "document_made.h"

#include <string.h>

static const char *folder;

static void write_forms(const tg_document *document, const char *name)
{
    for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS; form++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s.%s", folder, name, tg_document_form_name(form));
        FILE *out = fopen(path, "w");
        ck_assert_msg(out != NULL, "cannot write %s", path);
        tg_assert_ok(tg_document_write(out, document, form, tg_suite_error));
        ck_assert_int_eq(fclose(out), 0);
    }
}

START_TEST(samples_have_everything)
{
    for (int with_times = 0; with_times < 2; with_times++) {
        tg_document *document = made_document(with_times);
        write_forms(document, with_times ? "times" : "everything");
        tg_document_destroy(document);
    }
}
END_TEST

/* A document of a row with this verdict alone. */
static tg_document *make_row(tg_verdict verdict, tg_recipe recipe)
{
    const tg_document_trace row = made_row("Global.main", verdict);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    return document;
}

START_TEST(samples_have_no_finding)
{
    const tg_recipe nothing = {.verb = "gate"};
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &nothing, false, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_UNAVAILABLE, 0, tg_suite_error));
    write_forms(document, "empty");
    tg_document_destroy(document);
    document = make_row(TG_VERDICT_MATCH, made_recipe(1, 2));
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    write_forms(document, "match");
    tg_document_destroy(document);
    document = make_row(TG_VERDICT_NOT_RUN, made_recipe(0, 0));
    tg_assert_ok(tg_document_end(document, TG_ERR_DEVICE, 0, tg_suite_error));
    write_forms(document, "not-run");
    tg_document_destroy(document);
}
END_TEST

START_TEST(samples_have_side_outputs)
{
    made *one = made_create("Global.main", 40, 64, 20);
    tg_sides_diff sides;
    tg_product products[2];
    made_break(one, 50, 3, TG_POISON_FIRST);
    made_break(one, 63, 217, 1);
    tg_finding finding = *made_finish(one, "Global.main/padding/unwritten/-");
    tg_assert_ok(tg_sides_diff_init(&sides, one->trace, 5, tg_suite_error));
    for (int i = 0; i < 2; i++) {
        tg_assert_ok(tg_product_create(&products[i], one->trace, 64, tg_suite_error));
        for (size_t j = 0; j < one->trace->nb_sides; j++) {
            const size_t nb_words = tg_side_nb_words(&one->trace->sides[j]);
            memset(products[i].sides[j], 0, nb_words * sizeof(uint32_t));
            products[i].sides[j][nb_words - 1] = (uint32_t)i * 0x7f000001u;
        }
    }
    tg_sides_diff_run(&sides, &products[0], &products[1]);
    const tg_conduct conduct = {.nb_zone_words = {[TG_ZONE_AFTER_TRACE] = 3},
                                .events_changed = true,
                                .cells = {.nb_unwritten = 1, .first_unwritten = 242}};
    one->report.sides = &sides;
    one->report.conduct = &conduct;
    one->triage.result.sides = sides;
    one->triage.result.conduct = conduct;
    tg_document *document = make_row(TG_VERDICT_MISMATCH, made_recipe(0, 0));
    tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0, tg_suite_error));
    write_forms(document, "sides");
    tg_document_destroy(document);
    tg_sides_diff_clear(&sides);
    tg_product_destroy(&products[0]);
    tg_product_destroy(&products[1]);
    made_destroy(one);
}
END_TEST

START_TEST(samples_are_as_long_as_can_be)
{
    made *one = made_create("Poseidon2WideDeg3.main", 3000, 4096, 1000);
    uint64_t state = 5;
    for (size_t i = 0; i < one->height * one->width; i++) {
        if (sample_next(&state) % 4 == 0) one->actual[i] = 0xffffffff;
    }
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_finding *finding = made_finish(one, "Poseidon2WideDeg3.main/eventful/other/-");
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    for (size_t i = 0; i < TG_DOCUMENT_MAX_FINDINGS + 1; i++) {
        tg_assert_ok(tg_document_add_finding(document, finding, tg_suite_error));
    }
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_document_trace row = made_row(tg_trace_at(i)->name, TG_VERDICT_MISMATCH);
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    }
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 1, tg_suite_error));
    write_forms(document, "long");
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

/* Read every document of a list. */
static int read_all(const char *list)
{
    FILE *paths = fopen(list, "r");
    if (paths == NULL) return 2;
    char path[1024];
    while (fgets(path, sizeof path, paths) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        tg_document *document = NULL;
        tg_error error = {0};
        char line[sizeof error];
        const bool is_read = tg_document_read(&document, path, &error) == TG_OK;
        (void)printf("%s%s\n", is_read ? "read" : "refused: ",
                     is_read ? "" : tg_error_line(line, sizeof line, &error));
        tg_document_destroy(document);
    }
    return fclose(paths) == 0 ? 0 : 2;
}

int main(int nb_words, char **words)
{
    if (nb_words == 3 && strcmp(words[1], "--read") == 0) return read_all(words[2]);
    if (nb_words != 2) return 2;
    folder = words[1];
    const TTest *const cases[] = {samples_have_everything, samples_have_no_finding,
                                  samples_have_side_outputs, samples_are_as_long_as_can_be};
    return tg_suite_run("report_samples", cases, sizeof cases / sizeof cases[0]);
}
