/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The table of planted bugs: as text for a terminal of 110 columns, and as Markdown. */
#include "planted.h"

#include <string.h>

/* Columns of the text table: the bug's name, and each way. */
#define NAME_COLUMN 40
#define WAY_COLUMN 10

bool planted_is_right(const planted_bug *bug)
{
    if (!bug->is_unpatched) {
        for (size_t way = 0; way < PLANTED_NB_WAYS; way++) {
            if (bug->trials[way].outcome == PLANTED_FAILED) return false;
        }
        return bug->trials[PLANTED_GATE].outcome == PLANTED_FOUND;
    }
    for (size_t way = 0; way < PLANTED_NB_WAYS; way++) {
        const planted_outcome outcome = bug->trials[way].outcome;
        if (outcome != PLANTED_MISSED && outcome != PLANTED_NOT_TRIED) return false;
    }
    return bug->trials[PLANTED_GATE].outcome == PLANTED_MISSED;
}

static const char *way_name(size_t way)
{
    if (way == PLANTED_GATE) return "gate";
    return way == PLANTED_SP1 ? "SP1" : tg_profile_name((tg_profile)(way - PLANTED_PROFILES));
}

/* Columns go from the gate over the profiles to SP1's test. */
static size_t way_at(size_t column)
{
    if (column == 0) return PLANTED_GATE;
    return column == PLANTED_NB_WAYS - 1 ? PLANTED_SP1 : PLANTED_PROFILES + column - 1;
}

/* Text of a cell: number of events of a profile, else whether it was found. */
static const char *trial_text(char *text, size_t size, const planted_trial *trial, size_t way)
{
    switch (trial->outcome) {
    case PLANTED_NOT_TRIED:
        return "";
    case PLANTED_MISSED:
        return way == PLANTED_GATE ? "MISSED" : "-";
    case PLANTED_FAILED:
        return "FAILED";
    case PLANTED_FOUND:
        break;
    }
    if (way < PLANTED_PROFILES) return "finds";
    (void)snprintf(text, size, "%zu", trial->nb_events);
    return text;
}

/* The folder's name is the chip's, which stands above. */
static const char *short_name(const planted_bug *bug) { return strchr(bug->name, '/') + 1; }

/* Number of a trace's bugs from one on. */
static size_t nb_of_trace(const planted_list *list, size_t first)
{
    size_t nb = 0;
    while (first + nb < list->nb_bugs && list->bugs[first + nb].index == list->bugs[first].index)
        nb++;
    return nb;
}

static void print_bug(FILE *out, const planted_bug *bug)
{
    char text[32];
    (void)fprintf(out, "  %-*s", NAME_COLUMN - 2, short_name(bug));
    for (size_t column = 0; column < PLANTED_NB_WAYS; column++) {
        const size_t way = way_at(column);
        (void)fprintf(out, "%*s", WAY_COLUMN,
                      trial_text(text, sizeof text, &bug->trials[way], way));
    }
    (void)fputc('\n', out);
}

/* How many bugs each way finds. */
static void print_summary(FILE *out, const planted_list *list)
{
    size_t nb_found[PLANTED_NB_WAYS] = {0};
    size_t nb_unpatched = 0;
    size_t nb_right_unpatched = 0;
    for (size_t i = 0; i < list->nb_bugs; i++) {
        const planted_bug *bug = &list->bugs[i];
        nb_unpatched += bug->is_unpatched;
        nb_right_unpatched += bug->is_unpatched && planted_is_right(bug);
        for (size_t way = 0; way < PLANTED_NB_WAYS && !bug->is_unpatched; way++)
            nb_found[way] += bug->trials[way].outcome == PLANTED_FOUND;
    }
    (void)fprintf(out, "%zu planted bugs; found by", list->nb_bugs - nb_unpatched);
    for (size_t column = 0; column < PLANTED_NB_WAYS; column++) {
        const size_t way = way_at(column);
        (void)fprintf(out, "%s %s %zu", column != 0 ? "," : "", way_name(way), nb_found[way]);
    }
    (void)fprintf(out, "\nright kernels: %zu of %zu traces match\n", nb_right_unpatched,
                  nb_unpatched);
}

void planted_print(FILE *out, const planted_list *list)
{
    (void)fprintf(out, "%-*s", NAME_COLUMN, "planted bug");
    for (size_t column = 0; column < PLANTED_NB_WAYS; column++)
        (void)fprintf(out, "%*s", WAY_COLUMN, way_name(way_at(column)));
    (void)fputc('\n', out);
    for (size_t first = 0; first < list->nb_bugs; first += nb_of_trace(list, first)) {
        (void)fprintf(out, "\n%s\n", list->bugs[first].trace);
        for (size_t i = 0; i < nb_of_trace(list, first); i++) {
            const planted_bug *bug = &list->bugs[first + i];
            // Right kernels are only worth a line if something is wrong about them.
            if (!bug->is_unpatched || !planted_is_right(bug)) print_bug(out, bug);
        }
    }
    (void)fputc('\n', out);
    print_summary(out, list);
}

static void print_markdown_head(FILE *out, const planted_bug *bug)
{
    (void)fprintf(out, "\n### %s\n\n| bug | shows with |", bug->trace);
    for (size_t column = 0; column < PLANTED_NB_WAYS; column++) {
        if (bug->trials[way_at(column)].outcome != PLANTED_NOT_TRIED)
            (void)fprintf(out, " %s |", way_name(way_at(column)));
    }
    (void)fprintf(out, "\n|---|---|");
    for (size_t column = 0; column < PLANTED_NB_WAYS; column++) {
        if (bug->trials[way_at(column)].outcome != PLANTED_NOT_TRIED) (void)fprintf(out, "--:|");
    }
    (void)fputc('\n', out);
}

void planted_print_markdown(FILE *out, const planted_list *list)
{
    print_summary(out, list);
    for (size_t first = 0; first < list->nb_bugs; first += nb_of_trace(list, first)) {
        print_markdown_head(out, &list->bugs[first]);
        for (size_t i = 0; i < nb_of_trace(list, first); i++) {
            const planted_bug *bug = &list->bugs[first + i];
            if (bug->is_unpatched) continue;
            (void)fprintf(out, "| `%s`: %s | %s |", short_name(bug), bug->what, bug->shows);
            for (size_t column = 0; column < PLANTED_NB_WAYS; column++) {
                char text[32];
                const planted_trial *trial = &bug->trials[way_at(column)];
                if (trial->outcome != PLANTED_NOT_TRIED)
                    (void)fprintf(out, " %s |",
                                  trial_text(text, sizeof text, trial, way_at(column)));
            }
            (void)fputc('\n', out);
        }
    }
}
