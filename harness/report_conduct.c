/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a generator did beside its output, as text. */
#include "harness/report.h"

static void print_stray(FILE *out, const tg_conduct *conduct, tg_zone zone, const char *place)
{
    const size_t nb = conduct->nb_zone_words[zone];
    if (nb == 0) return;
    (void)fprintf(out, "  out of bounds: %zu word%s written %s, the nearest at distance %zu\n", nb,
                  tg_plural(nb), place, conduct->first_zone_word[zone]);
}

static void print_zones(FILE *out, const tg_conduct *conduct, const tg_trace *trace)
{
    print_stray(out, conduct, TG_ZONE_BEFORE_TRACE, "before the trace");
    print_stray(out, conduct, TG_ZONE_AFTER_TRACE, "after the trace");
    print_stray(out, conduct, TG_ZONE_BEFORE_EVENTS, "before the events");
    print_stray(out, conduct, TG_ZONE_AFTER_EVENTS, "after the events");
    for (size_t i = 0; i < trace->nb_sides; i++) {
        char place[3 * TG_NAME_BYTES];
        const char *name = trace->sides[i].name;
        (void)snprintf(place, sizeof place, "before %s.%s", trace->name, name);
        print_stray(out, conduct, (tg_zone)(TG_ZONE_BEFORE_SIDES + i), place);
        (void)snprintf(place, sizeof place, "after %s.%s", trace->name, name);
        print_stray(out, conduct, (tg_zone)(TG_ZONE_AFTER_SIDES + i), place);
    }
}

/* What was compared where words are unstable. */
static const char *runs_of(const tg_conduct *conduct)
{
    return conduct->nb_differing != 0 ? "runs" : "two runs";
}

static void print_doubtful_cells(FILE *out, const tg_conduct *conduct, const tg_trace *trace,
                                 size_t height)
{
    const tg_doubt *doubt = &conduct->cells;
    char name[TG_NAME_BYTES];
    if (doubt->nb_unwritten != 0) {
        (void)fprintf(out, "  never written: %zu cell%s, the first in row %zu, column %s\n",
                      doubt->nb_unwritten, tg_plural(doubt->nb_unwritten),
                      doubt->first_unwritten % height,
                      tg_trace_column_name(name, trace, doubt->first_unwritten / height));
    }
    if (doubt->nb_unstable != 0) {
        (void)fprintf(out,
                      "  not deterministic: %zu cell%s changed between %s, the first in row "
                      "%zu, column %s\n",
                      doubt->nb_unstable, tg_plural(doubt->nb_unstable), runs_of(conduct),
                      doubt->first_unstable % height,
                      tg_trace_column_name(name, trace, doubt->first_unstable / height));
    }
}

/* Print which word of a side output is the first; nothing where there is only one. */
static void print_first(FILE *out, const tg_side *side, size_t word)
{
    char name[TG_NAME_BYTES];
    if (tg_side_nb_words(side) != 1)
        (void)fprintf(out, ", the first %s", tg_side_word_name(name, side, word));
    (void)fputc('\n', out);
}

static void print_doubtful_side(FILE *out, const tg_conduct *conduct, const tg_trace *trace,
                                size_t number)
{
    const tg_doubt *doubt = &conduct->sides[number];
    const tg_side *side = &trace->sides[number];
    if (doubt->nb_unwritten != 0) {
        (void)fprintf(out, "  never written: %zu word%s of %s.%s", doubt->nb_unwritten,
                      tg_plural(doubt->nb_unwritten), trace->name, side->name);
        print_first(out, side, doubt->first_unwritten);
    }
    if (doubt->nb_unstable != 0) {
        (void)fprintf(out, "  not deterministic: %zu word%s of %s.%s changed between %s",
                      doubt->nb_unstable, tg_plural(doubt->nb_unstable), trace->name, side->name,
                      runs_of(conduct));
        print_first(out, side, doubt->first_unstable);
    }
}

/* Print which event was changed first, and in which of its fields. */
static void print_changed_event(FILE *out, const tg_conduct *conduct, const tg_trace *trace)
{
    const size_t size = tg_trace_event_size(trace);
    const size_t byte = conduct->first_changed_byte % size;
    (void)fprintf(out, "  events changed: first in event %zu, byte %zu",
                  conduct->first_changed_byte / size, byte);
    char name[TG_NAME_BYTES];
    for (size_t i = 0; i < tg_type_nb_leaves(trace->event); i++) {
        const tg_leaf leaf = tg_type_leaf_at(trace->event, i);
        if (byte < leaf.offset || byte >= leaf.offset + leaf.type->size) continue;
        (void)fprintf(out, ", in field %s", tg_type_leaf_name(name, sizeof name, trace->event, i));
    }
    (void)fputc('\n', out);
}

void tg_report_conduct(FILE *out, const tg_conduct *conduct, const tg_trace *trace, size_t height)
{
    print_zones(out, conduct, trace);
    if (conduct->nb_differing != 0)
        (void)fprintf(out,
                      "  differs between runs: %zu of %zu runs made something else than the "
                      "first\n",
                      conduct->nb_differing, conduct->nb_repeats);
    if (conduct->events_changed) print_changed_event(out, conduct, trace);
    print_doubtful_cells(out, conduct, trace, height);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        print_doubtful_side(out, conduct, trace, i);
    }
}
