/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The list of planted bugs: the lines before the first '---' of each patch. */
#include "planted.h"

#include "model/memory.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Longest line of a patch that is looked at; longer ones are no header. */
#define LINE_BYTES 256

/* Take the text of "key: text" if the line is that. */
static bool take_text(char *text, size_t size, const char *line, const char *key)
{
    const size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || strncmp(line + length, ": ", 2) != 0) return false;
    // What does not fit is cut: the table cuts it as well.
    (void)snprintf(text, size, "%.*s", (int)size - 1, line + length + 2);
    text[strcspn(text, "\n")] = '\0';
    return true;
}

/* Take "id, id". False if one of them is no cause, or there are too many. */
static bool take_causes(planted_bug *bug, char *text)
{
    char *rest = NULL;
    for (char *id = strtok_r(text, ", ", &rest); id != NULL; id = strtok_r(NULL, ", ", &rest)) {
        if (bug->nb_causes == PLANTED_MAX_CAUSES ||
            !tg_cause_find(&bug->causes[bug->nb_causes++], id))
            return false;
    }
    return bug->nb_causes != 0;
}

/* Take a line of the header; what is none of its lines is left out. False if it is wrong. */
static bool take_line(planted_bug *bug, const char *line)
{
    char text[PLANTED_TEXT_BYTES];
    if (take_text(bug->trace, sizeof bug->trace, line, "trace") ||
        take_text(bug->what, sizeof bug->what, line, "what") ||
        take_text(bug->shows, sizeof bug->shows, line, "shows") ||
        take_text(bug->property, sizeof bug->property, line, "property"))
        return true;
    if (take_text(text, sizeof text, line, "cause")) return take_causes(bug, text);
    if (!take_text(text, sizeof text, line, "events")) return true;
    bug->is_of_one_event = strcmp(text, "1") == 0;
    return bug->is_of_one_event || strcmp(text, "more") == 0;
}

static bool is_whole(const planted_bug *bug)
{
    return bug->trace[0] != '\0' && bug->what[0] != '\0' && bug->shows[0] != '\0' &&
           bug->nb_causes != 0;
}

static tg_status read_header(planted_bug *bug, const char *path, tg_error *error)
{
    FILE *patch = fopen(path, "r");
    if (patch == NULL) {
        tg_error_set(error, TG_ERR_IO, "a patch cannot be opened: %s", strerror(errno));
        tg_error_where(error, "%s", path);
        tg_error_how(error, "make it readable");
        return TG_ERR_IO;
    }
    char line[LINE_BYTES];
    bool is_right = true;
    while (is_right && fgets(line, sizeof line, patch) != NULL && strncmp(line, "--- ", 4) != 0) {
        is_right = take_line(bug, line);
    }
    (void)fclose(patch);
    if (is_right && is_whole(bug)) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "a patch has no header, or a wrong line in it");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "begin it with the lines 'trace: ', 'what: ', 'shows: ', 'cause: ' (ids of "
                        "harness/causes.def) and 'events: ' (1 or more)");
    return TG_ERR_FORMAT;
}

/* The name of a patch: folder and file, without ".patch". */
static void name_of(char *name, size_t size, const char *path, const char *patches)
{
    (void)snprintf(name, size, "%s", path + strlen(patches) + 1);
    char *dot = strrchr(name, '.');
    if (dot != NULL) *dot = '\0';
}

static tg_status read_bug(planted_bug *bug, const char *path, const char *patches, tg_error *error)
{
    *bug = (planted_bug){.index = 0};
    name_of(bug->name, sizeof bug->name, path, patches);
    const tg_status status = read_header(bug, path, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, bug->trace) != 0) continue;
        bug->index = i;
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_USAGE, "no trace is called '%s'", bug->trace);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "write CHIP.KIND as 'tracegate list' does");
    return TG_ERR_USAGE;
}

/* By trace, unpatched kernels last, then by name. */
static int order_bugs(const void *a, const void *b)
{
    const planted_bug *left = a;
    const planted_bug *right = b;
    if (left->index != right->index) return left->index < right->index ? -1 : 1;
    if (left->is_unpatched != right->is_unpatched) return left->is_unpatched ? 1 : -1;
    return strcmp(left->name, right->name);
}

/* Add the unpatched kernels of each trace that has a bug. There is room for one a bug. */
static void add_unpatched(planted_list *list)
{
    const size_t nb_patches = list->nb_bugs;
    for (size_t i = 0; i < nb_patches; i++) {
        if (i != 0 && list->bugs[i].index == list->bugs[i - 1].index) continue;
        planted_bug *right = &list->bugs[list->nb_bugs++];
        *right = list->bugs[i];
        right->is_unpatched = true;
        const size_t folder = strcspn(right->name, "/");
        (void)snprintf(right->name + folder, sizeof right->name - folder, "/unpatched");
    }
    qsort(list->bugs, list->nb_bugs, sizeof *list->bugs, order_bugs);
}

static tg_status read_all(planted_list *list, const glob_t *found, const char *patches,
                          const char *part, tg_error *error)
{
    for (size_t i = 0; i < found->gl_pathc; i++) {
        char name[2 * PLANTED_NAME_BYTES];
        name_of(name, sizeof name, found->gl_pathv[i], patches);
        if (strstr(name, part) == NULL) continue;
        const tg_status status =
            read_bug(&list->bugs[list->nb_bugs++], found->gl_pathv[i], patches, error);
        if (status != TG_OK) return status;
    }
    if (list->nb_bugs != 0) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "no patch's name contains '%s'", part);
    tg_error_where(error, "%s", patches);
    tg_error_how(error, "name a part of '<file>/<bug>'");
    return TG_ERR_USAGE;
}

tg_status planted_list_init(planted_list *list, const char *patches, const char *part,
                            tg_error *error)
{
    *list = (planted_list){.nb_bugs = 0};
    char pattern[TG_PATH_BYTES];
    (void)snprintf(pattern, sizeof pattern, "%s/*/*.patch", patches);
    glob_t found = {.gl_pathc = 0};
    const int result = glob(pattern, 0, NULL, &found);
    tg_status status = TG_OK;
    if (result == 0) {
        void *bugs = NULL;
        status = tg_buffer_create(&bugs, 2 * found.gl_pathc, sizeof *list->bugs, error);
        list->bugs = bugs;
    }
    if (status == TG_OK) status = read_all(list, &found, patches, part, error);
    if (result == 0) globfree(&found);
    if (status != TG_OK) {
        planted_list_clear(list);
        return status;
    }
    qsort(list->bugs, list->nb_bugs, sizeof *list->bugs, order_bugs);
    add_unpatched(list);
    return TG_OK;
}

void planted_list_clear(planted_list *list)
{
    tg_buffer_destroy(list->bugs);
    *list = (planted_list){.nb_bugs = 0};
}
