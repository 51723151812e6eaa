/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What differs between the user's struct of events and the model's, as one line and as a table. */
#include "modules/probe_internal.h"

#include "model/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Rows of the table, at the most. */
#define MAX_ROWS 40

/* Differences that the line names. */
#define MAX_NAMED 2

static bool is_absent(const probe_member *of) { return of->offset_there == PROBE_ABSENT; }

static bool differs(const probe_member *of)
{
    return is_absent(of) || of->offset_there != of->leaf.offset || of->size_there != of->size;
}

/* Whether two elements of an array differ in the same way. */
static bool is_alike(const probe_member *one, const probe_member *other)
{
    if (one->group != other->group || is_absent(one) != is_absent(other)) return false;
    return is_absent(one) ||
           (one->size_there == other->size_there &&
            one->offset_there - one->leaf.offset == other->offset_there - other->leaf.offset);
}

/* Index behind the members that stand in one row with the first. */
static size_t row_end(const probe_members *members, size_t first)
{
    size_t end = first + 1;
    while (end < members->nb && differs(&members->of[end]) &&
           is_alike(&members->of[end - 1], &members->of[end]))
        end++;
    return end;
}

/* ---- the line ---- */

static void summarize(text *line, const probe_members *members, size_t first, size_t end,
                      const char *struct_name)
{
    const probe_member *of = &members->of[first];
    const char *rest = end - first > 1 ? " and those behind it" : "";
    if (is_absent(of)) {
        text_print(line, "%s has no member %s", struct_name, of->member);
        if (strcmp(of->member, of->field) != 0) text_print(line, " (the model's %s)", of->field);
    } else if (of->offset_there != of->leaf.offset) {
        text_print(line, "%s%s at byte %" PRIu64 ", not %zu", of->member, rest, of->offset_there,
                   of->leaf.offset);
    } else {
        text_print(line, "%s%s of %" PRIu64 " byte%s, not %zu", of->member, rest, of->size_there,
                   of->size_there == 1 ? "" : "s", of->size);
    }
}

/* ---- the table ---- */

static const char *place_text(char place[64], bool is_there, uint64_t offset, uint64_t size)
{
    (void)snprintf(place, 64, "none");
    if (is_there)
        (void)snprintf(place, 64, "%" PRIu64 ", %" PRIu64 " byte%s", offset, size,
                       size == 1 ? "" : "s");
    return place;
}

static void put_row(text *table, const probe_members *members, size_t first, size_t end)
{
    const probe_member *of = &members->of[first];
    char name[2 * TG_NAME_BYTES];
    char yours[64];
    char ours[64];
    (void)snprintf(name, sizeof name, "%s%s%s", of->field, end - first > 1 ? " to " : "",
                   end - first > 1 ? strrchr(members->of[end - 1].field, '[') : "");
    text_print(table, "    %-28s  %-20s  %s", name,
               place_text(yours, !is_absent(of), of->offset_there, of->size_there),
               place_text(ours, true, of->leaf.offset, of->size));
    if (strcmp(of->member, of->field) != 0) text_print(table, "  (your %s)", of->member);
    text_print(table, "\n");
}

static void put_size(text *table, uint64_t there, size_t size)
{
    text_print(table, "    %-28s  %-20" PRIu64 "  %zu\n", "sizeof", there, size);
}

/* Both texts. Returns the number of differences. */
static size_t describe(text *line, text *table, const tg_manifest_entry *entry,
                       const probe_members *members)
{
    const char *name = entry->layout.struct_name;
    const size_t size = tg_trace_event_size(tg_trace_at(entry->trace));
    size_t nb = 0;
    text_print(table, "    %-28s  %-20s  %s\n", "field: offset, size", "yours", "the model's");
    if (members->size_there != size) {
        text_print(line, "%s has %" PRIu64 " bytes, not %zu", name, members->size_there, size);
        nb++;
    }
    put_size(table, members->size_there, size);
    for (size_t first = 0, end = 0; first < members->nb; first = end) {
        end = first + 1;
        if (!differs(&members->of[first])) continue;
        end = row_end(members, first);
        if (nb < MAX_NAMED) {
            text_print(line, "%s", nb != 0 ? "; " : "");
            summarize(line, members, first, end, name);
        }
        if (nb < MAX_ROWS) put_row(table, members, first, end);
        nb++;
    }
    if (nb > MAX_NAMED) text_print(line, "; and %zu more", nb - MAX_NAMED);
    if (nb > MAX_ROWS) text_print(table, "    and %zu more rows\n", nb - MAX_ROWS);
    return nb;
}

/* The layout with its texts behind it, in one piece of memory. */
static tg_status pack(tg_user_layout **layout, const char *file, const text *line,
                      const text *table, tg_error *error)
{
    void *memory = NULL;
    const tg_status status = tg_buffer_create(
        &memory, sizeof(tg_user_layout) + line->length + 1 + table->length + 1, 1, error);
    if (status != TG_OK) return status;
    tg_user_layout *made = memory;
    char *texts = (char *)(made + 1);
    memcpy(texts, line->bytes, line->length);
    texts[line->length] = '\0';
    memcpy(texts + line->length + 1, table->bytes, table->length);
    texts[line->length + 1 + table->length] = '\0';
    *made = (tg_user_layout){.file = file, .summary = texts, .table = texts + line->length + 1};
    *layout = made;
    return TG_OK;
}

tg_status probe_compare(tg_user_layout **layout, const tg_manifest_entry *entry,
                        const probe_members *members, tg_error *error)
{
    text line = {.bytes = NULL};
    text table = {.bytes = NULL};
    *layout = NULL;
    const size_t nb = describe(&line, &table, entry, members);
    tg_status status = text_status(&line, error);
    if (status == TG_OK) status = text_status(&table, error);
    if (status == TG_OK && nb != 0) {
        const char *header = entry->layout.header;
        status = pack(layout, header != NULL ? header : entry->module->file, &line, &table, error);
    }
    text_clear(&line);
    text_clear(&table);
    return status;
}

void tg_probe_destroy(tg_user_layout *layout) { tg_buffer_destroy(layout); }
