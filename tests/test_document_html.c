/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report as a page: well-formed, escaped, whole by itself, bounded; what stands in it. How it
 * looks, a browser tells (tests/reports/html_browser.sh). */
#include "document_made.h"
#include "model/memory.h"
#include "test_files.h"

#include <ctype.h>
#include <string.h>

#define MAX_PAGE_BYTES ((size_t)2 << 20)

/* ---- reading of markup ---- */

/* Elements that are open, innermost last. */
typedef struct open_tags {
    size_t nb;
    char names[64][16];
} open_tags;

static bool is_void(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0 || strcmp(name, "!DOCTYPE") == 0;
}

/* Read a tag from its '<' on, with its quotes; returns what is behind it. */
static const char *read_tag(open_tags *open, const char *text)
{
    const char *const start = text++;
    const bool is_end = *text == '/';
    if (is_end) text++;
    char name[16] = "";
    size_t length = 0;
    while ((isalnum((unsigned char)*text) || *text == '!') && length + 1 < sizeof name) {
        name[length++] = *text++;
    }
    ck_assert_msg(length != 0, "a '<' that begins no tag: %.60s", start);
    bool is_quoted = false;
    for (; *text != '\0' && (is_quoted || *text != '>'); text++) {
        if (*text == '"') is_quoted = !is_quoted;
        ck_assert_msg(*text != '<', "a '<' inside a tag: %.60s", start);
    }
    ck_assert_msg(*text == '>', "a tag without an end: %.60s", start);
    if (is_end) {
        ck_assert_msg(open->nb != 0 && strcmp(open->names[open->nb - 1], name) == 0,
                      "</%s> closes <%s>", name, open->nb != 0 ? open->names[open->nb - 1] : "");
        open->nb--;
    } else if (text[-1] != '/' && !is_void(name)) {
        ck_assert_uint_lt(open->nb, sizeof open->names / sizeof open->names[0]);
        memcpy(open->names[open->nb++], name, sizeof name);
    }
    return text + 1;
}

/* A '&' begins a character reference. */
static void check_reference(const char *text)
{
    size_t length = 1;
    while (isalnum((unsigned char)text[length]) || text[length] == '#') {
        length++;
    }
    ck_assert_msg(length > 2 && text[length] == ';', "a bare '&': %.40s", text);
}

/* Check that all tags are closed in their order and that text is escaped. */
static void check_markup(const char *page)
{
    open_tags open = {.nb = 0};
    const char *text = page;
    while (*text != '\0') {
        const char *inner = open.nb != 0 ? open.names[open.nb - 1] : "";
        const bool is_raw = strcmp(inner, "style") == 0 || strcmp(inner, "script") == 0;
        if (is_raw && strncmp(text, "</", 2) != 0) {
            text++;
        } else if (*text == '<') {
            text = read_tag(&open, text);
        } else {
            const unsigned char byte = (unsigned char)*text;
            ck_assert_msg(byte >= 0x20 || byte == '\n' || byte == '\t', "byte 0x%02x", byte);
            if (byte == '&') check_reference(text);
            text++;
        }
    }
    ck_assert_msg(open.nb == 0, "<%s> stays open", open.nb != 0 ? open.names[open.nb - 1] : "");
}

static size_t nb_times(const char *page, const char *text)
{
    size_t nb = 0;
    for (const char *at = strstr(page, text); at != NULL; at = strstr(at + 1, text)) {
        nb++;
    }
    return nb;
}

static void assert_has(const char *page, const char *text)
{
    ck_assert_msg(strstr(page, text) != NULL, "no \"%s\" in the page", text);
}

static void assert_lacks(const char *page, const char *text)
{
    const char *at = strstr(page, text);
    ck_assert_msg(at == NULL, "\"%s\" in the page: %.80s", text, at != NULL ? at : "");
}

/* Every link leads to an element of the page; no name stands twice. */
static void check_links(const char *page)
{
    for (const char *at = strstr(page, "href=\""); at != NULL; at = strstr(at + 1, "href=\"")) {
        const char *name = at + strlen("href=\"");
        ck_assert_msg(*name == '#', "a link that leaves the page: %.60s", at);
        char id[64];
        (void)snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(name + 1, "\""), name + 1);
        ck_assert_msg(nb_times(page, id) == 1, "%zu times %s", nb_times(page, id), id);
    }
}

static void check_page(const char *page, size_t nb_bytes)
{
    ck_assert_uint_eq(strlen(page), nb_bytes);
    ck_assert_uint_lt(nb_bytes, MAX_PAGE_BYTES);
    check_markup(page);
    check_links(page);
    static const char *const foreign[] = {"src=", "@import", "http:", "https:", "//cdn", "<link"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_lacks(page, foreign[i]);
    }
    ck_assert_uint_eq(nb_times(page, "url("), nb_times(page, "url(#"));
}

/* The page of a document, checked; to be freed. */
static char *page_of(const tg_document *document)
{
    size_t nb_bytes = 0;
    char *page = made_print(document, TG_DOCUMENT_HTML, &nb_bytes);
    check_page(page, nb_bytes);
    return page;
}

/* A document of one finding, and its page. */
static char *page_of_finding(const tg_finding *finding)
{
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_finding(document, finding, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0.0, tg_suite_error));
    char *page = page_of(document);
    tg_document_destroy(document);
    return page;
}

/* ---- cases ---- */

START_TEST(document_html_is_well_formed_and_whole)
{
    tg_document *document = made_document(true);
    char *page = page_of(document);
    assert_has(page, "<!DOCTYPE html>");
    assert_has(page, "default-src 'none'");
    assert_has(page, "<h1 class=\"verdict\">");
    assert_has(page, "1 of 6 traces differs");
    free(page);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_html_is_the_same_bytes)
{
    tg_document *document = made_document(false);
    char *first = page_of(document);
    char *second = page_of(document);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_html_tells_what_differs)
{
    made *one = made_select();
    char *page = page_of_finding(&one->finding);
    assert_has(page, "<strong>1</strong> of 15 eventful cells is wrong, in 1 of 3 rows; padding is "
                     "right.");
    assert_has(page,
               "The first is row 1, column <code>vals.out2</code>, made from event 1: it holds "
               "<code>0x7f000005</code>, which is not below p,");
    assert_has(page, "<code>Select.main/eventful/negated/out2</code>");
    assert_has(page, one->key.id);
    assert_has(page, "Look for: ");
    assert_has(page, tg_cause_title(TG_CAUSE_NEGATED));
    assert_has(page, "<strong>bit = 1</strong>");
    assert_has(page, "<code>tracegate gate Select.main --seed 0x7 --actual host</code>");
    assert_has(page, "cases/select-main-0123456789ab");
    assert_has(page, "found in 31 runs");
    assert_has(page, "Event 1, field by field");
    assert_has(page, "<title>row 1, column 2 vals.out2: 1 eventful cell wrong</title>");
    assert_has(page, "The text report");
    assert_has(page, "<dd>3 blocks</dd>");
    free(page);
    made_destroy(one);
}
END_TEST

START_TEST(document_html_tells_eventful_from_padding)
{
    made *one = made_create("Select.main", 20, 32, 8);
    made_break(one, 25, 0, 1);
    made_break(one, 31, 4, 1);
    (void)made_finish(one, "Select.main/padding/other/bit");
    char *page = page_of_finding(&one->finding);
    assert_has(page, "<strong>2</strong> of 60 padding cells are wrong; what events determine is "
                     "right.");
    assert_has(page, "class=\"p l");
    assert_lacks(page, "class=\"e l");
    assert_has(page, "1 padding cell wrong");
    assert_has(page, "from row 20 on: padding");
    free(page);
    made_break(one, 3, 1, 1);
    (void)made_finish(one, "Select.main/eventful/other/out1");
    page = page_of_finding(&one->finding);
    assert_has(page, "<strong>1</strong> of 100 eventful cells is wrong, in 1 of 20 rows; so are "
                     "<strong>2</strong> of 60 padding cells.");
    assert_has(page, "class=\"p l");
    assert_has(page, "class=\"e l");
    free(page);
    made_destroy(one);
}
END_TEST

START_TEST(document_html_escapes_all_texts)
{
    tg_document *document = made_document(false);
    char *page = page_of(document);
    // As in MADE_HOSTILE, in the failure, the ledger's reason, a file's name, a note.
    assert_lacks(page, "a<b>");
    ck_assert_uint_ge(nb_times(page, "a&lt;b&gt;&amp;&quot;&#39;%,:;"), 4);
    assert_lacks(page, "--> </script>");
    assert_has(page, "\xe2\x82\xac");
    ck_assert_uint_eq(nb_times(page, "</script>"), 1);
    free(page);
    tg_document_destroy(document);
}
END_TEST

/* Names that would show as others, by characters that turn the direction of text. */
START_TEST(document_html_lets_no_text_turn_around)
{
    made *one = made_select();
    one->finding.backend = "abc\xe2\x80\xae"
                           "def\xe2\x81\xa7ghi\xc2\x85";
    char *page = page_of_finding(&one->finding);
    assert_has(page, "abc\xef\xbf\xbd"
                     "def\xef\xbf\xbdghi\xef\xbf\xbd");
    assert_lacks(page, "\xe2\x80\xae");
    free(page);
    made_destroy(one);
}
END_TEST

START_TEST(document_html_shows_a_single_cell_of_a_tall_trace)
{
    made *one = made_create("Global.main", 60000, 65536, 3);
    made_break(one, 34567, 200, 1);
    (void)made_finish(one, "Global.main/eventful/other/x");
    char *page = page_of_finding(&one->finding);
    assert_has(page, "<title>rows 34&#8239;304 to 34&#8239;815, column 200 ");
    assert_has(page, "1 eventful cell wrong</title>");
    ck_assert_uint_eq(nb_times(page, "<g class=\"mark\">"), 1);
    // Drawn larger than it is, with lines to the axes, which have its row.
    assert_has(page, "<g class=\"few\"");
    assert_has(page, "class=\"e l1 s\"");
    assert_has(page, "class=\"guide\"");
    assert_has(page, ">34567</span>");
    free(page);
    made_destroy(one);
}
END_TEST

/* Traces of other dimensions: the picture has all of both, and says what was not compared. */
START_TEST(document_html_tells_what_is_not_compared)
{
    made *one = made_create("Select.main", 20, 32, 8);
    made_break(one, 3, 1, 1);
    one->matrices[0].width = 4;
    (void)made_finish(one, "Select.main/eventful/dimensions/out1");
    char *page = page_of_finding(&one->finding);
    assert_has(page, "<strong>The dimensions differ:</strong> 32 rows and 4 columns are due, there "
                     "are 32 rows and 5 columns.");
    assert_has(page, "<li>from column 4 on: not compared</li>");
    assert_lacks(page, "<li>from row 32 on: not compared</li>");
    free(page);
    made_destroy(one);
}
END_TEST

START_TEST(document_html_says_that_all_is_well)
{
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_document_trace row = made_row("Select.main", TG_VERDICT_MATCH);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0.0, tg_suite_error));
    char *page = page_of(document);
    assert_has(page, "Everything compared matches");
    assert_has(page, "Nothing was found to be wrong.");
    assert_has(page, "12&#8239;345&#8239;678&#8239;901");
    assert_lacks(page, "class=\"finding\"");
    free(page);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_html_never_says_that_nothing_is_well)
{
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_UNAVAILABLE, 0.0, tg_suite_error));
    char *page = page_of(document);
    assert_has(page, "Not done: not available on this machine");
    assert_lacks(page, "compared matches");
    free(page);
    tg_document_destroy(document);
}
END_TEST

/* Everything wrong, as often as a document lists it: the page stays short enough to open, and
 * every finding has at least its words, its key and its line. */
START_TEST(document_html_is_bounded)
{
    made *one = made_create("Global.main", 3000, 4096, 1000);
    for (size_t i = 0; i < one->height * one->width; i++) {
        one->actual[i] ^= 1 + (uint32_t)(i * 2654435761u >> 30) / 2;
    }
    (void)made_finish(one, "Global.main/eventful/other/x");
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, true, tg_suite_error));
    for (size_t i = 0; i < TG_DOCUMENT_MAX_FINDINGS + 3; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "Global.main/eventful/other/x%zu", i);
        ck_assert(tg_key_read(&one->key, key));
        tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
    }
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 1.0, tg_suite_error));
    tg_json_value *findings = tg_json_member(tg_document_root(document), "findings");
    const size_t nb = tg_json_length(findings);
    ck_assert_uint_ge(nb, 100);
    char *page = page_of(document);
    ck_assert_uint_eq(nb_times(page, "<article class=\"finding\""), nb);
    ck_assert_uint_eq(nb_times(page, "<h4>See it again</h4>"), nb);
    assert_has(page, "more finding");
    free(page);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

/* Put text in the place of the first `old` of a document's JSON, and write its page if it is still
 * one. Returns the page, NULL if it was refused. */
static char *page_of_changed(const char *json, const char *old, const char *text)
{
    const char *place = strstr(json, old);
    ck_assert_msg(place != NULL, "no %s", old);
    char folder[256];
    char path[300];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/report.json", folder);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "%.*s%s%s", (int)(place - json), json, text, place + strlen(old));
    ck_assert_int_eq(fclose(file), 0);
    tg_document *document = NULL;
    tg_error error = {0};
    char *page = NULL;
    if (tg_document_read(&document, path, &error) == TG_OK) page = page_of(document);
    tg_document_destroy(document);
    tg_suite_remove_folder(folder);
    return page;
}

/* Pictures that no program of this tree makes: marks beside the trace, huge ones, none, a trace
 * without cells. */
START_TEST(document_html_bears_hostile_pictures)
{
    static const char *const marks[] = {
        "[9223372036854775807, 1, 2, 1, 1, 0]",
        "[1, 9223372036854775807, 2, 9223372036854775807, 9223372036854775807, "
        "9223372036854775807]",
        "[1, 0, 2, 0, 0, 0]",
        "[0, 1, 0, 1, 0, 0]",
        "[1, 1, 9, 1, 1, 0]",
    };
    made *one = made_select();
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0.0, tg_suite_error));
    size_t nb_bytes = 0;
    char *json = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char *page = page_of_changed(json, "[1, 1, 2, 1, 1, 0]", marks[i]);
        ck_assert_ptr_nonnull(page);
        free(page);
    }
    static const char *const sizes[] = {
        "\"height\": 0, \"width\": 5", "\"height\": 16, \"width\": 0",
        "\"height\": 9223372036854775807, \"width\": 1234567890123"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *page = page_of_changed(json, "\"height\": 16, \"width\": 5", sizes[i]);
        ck_assert_ptr_nonnull(page);
        free(page);
    }
    free(json);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

/* More marks than a page of many findings has room for: what is not drawn is counted. */
START_TEST(document_html_counts_what_it_does_not_draw)
{
    made *one = made_select();
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    for (size_t i = 0; i < TG_DOCUMENT_MAX_FINDINGS; i++) {
        tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
    }
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0.0, tg_suite_error));
    size_t nb_bytes = 0;
    char *json = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    char *marks = NULL;
    FILE *stream = open_memstream(&marks, &nb_bytes);
    ck_assert_ptr_nonnull(stream);
    for (size_t i = 0; i < 320; i++) {
        (void)fprintf(stream, "%s[%zu, 1, %zu, 1, 1, 0]", i != 0 ? "," : "", i % 16, i % 5);
    }
    ck_assert_int_eq(fclose(stream), 0);
    char *page = page_of_changed(json, "[1, 1, 2, 1, 1, 0]", marks);
    ck_assert_ptr_nonnull(page);
    ck_assert_uint_eq(nb_times(page, "Not drawn, for they are too many: 288 regions"), 1);
    free(page);
    free(marks);
    free(json);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

TG_SUITE("document_html", document_html_is_well_formed_and_whole, document_html_is_the_same_bytes,
         document_html_tells_what_differs, document_html_tells_eventful_from_padding,
         document_html_escapes_all_texts, document_html_lets_no_text_turn_around,
         document_html_shows_a_single_cell_of_a_tall_trace,
         document_html_tells_what_is_not_compared, document_html_says_that_all_is_well,
         document_html_never_says_that_nothing_is_well, document_html_is_bounded,
         document_html_bears_hostile_pictures, document_html_counts_what_it_does_not_draw)
