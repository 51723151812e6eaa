/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A chip library with a right description and many wrong ones: the variable TG_CHIP_FIXTURE names
 * what is wrong. Its chip Sums has a main trace that is made row by row, of one event each, and a
 * preprocessed one that is filled as a whole, two events a row. */
#include "tracegate/chip.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct sums_event {
    uint32_t operation;
    uint8_t flag;
    uint8_t limb;
    uint32_t a[2];
    uint32_t spare;
    uint32_t one;
} sums_event;

typedef struct sums_columns {
    uint32_t operation;
    uint32_t a[2];
    uint32_t result;
} sums_columns;

typedef struct part_event {
    uint32_t amount;
} part_event;

static const char *wrong;

static int is(const char *what) { return strcmp(wrong, what) == 0; }

static uint32_t add(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a + b) % TRACEGATE_P); }

static const char *main_row(void *columns, const void *event, size_t slot)
{
    sums_columns *row = columns;
    const sums_event *from = event;
    (void)slot;
    if (is("row unwritten")) return TRACEGATE_NOT_WRITTEN;
    if (is("row unwritten in part") && from->operation == 1) return TRACEGATE_NOT_WRITTEN;
    if (is("row refuses") && from->a[0] == 7) return "seven is not taken";
    if (is("row crashes")) (void)raise(SIGTRAP); // no sanitizer takes this one
    if (is("row reads ignored") && from->spare != from->a[0]) return "spare is not a[0]";
    row->operation = from->operation;
    row->a[0] = from->a[0];
    row->a[1] = from->a[1];
    row->result = from->operation == 0 ? add(from->a[0], from->a[1])
                                       : add(from->a[0], TRACEGATE_P - from->a[1]);
    if (is("row no residue") && from->a[0] == 7) row->result = TRACEGATE_P;
    return NULL;
}

/* Each entry: the amount and the sum of all so far; padding has the sum of all. */
static int part_fill(uint32_t *cells, size_t height, const void *events, size_t nb_events,
                     char *error, size_t error_bytes)
{
    const part_event *from = events;
    uint32_t sum = 0;
    if (is("fill unwritten")) {
        (void)snprintf(error, error_bytes, "%s", TRACEGATE_NOT_WRITTEN);
        return 1;
    }
    if (is("fill refuses")) (void)snprintf(error, error_bytes, "it will not do");
    if (is("fill refuses") || is("fill refuses silently")) return 1;
    for (size_t i = 0; i < 2 * height; i++) {
        uint32_t *column = cells + i % 2 * 2 * height;
        const uint32_t amount = i < nb_events ? from[i].amount : 0;
        sum = add(sum, amount);
        column[i / 2] = amount;
        column[height + i / 2] = sum;
    }
    if (is("fill no residue")) cells[height + 3] = TRACEGATE_P;
    if (is("fill leaves a cell")) cells[2 * height + 5] = UINT32_MAX;
    return 0;
}

static void complete(void *event)
{
    sums_event *made = event;
    if (is("complete exits")) _exit(0);
    if (is("complete calls exit")) exit(0);
    if (is("complete crashes")) (void)raise(SIGTRAP);
    if (is("complete is killed")) (void)raise(SIGKILL);
    if (is("complete is asked to end")) (void)raise(SIGTERM);
    while (is("complete hangs")) (void)pause();
    made->spare = made->a[0];
}

static const char *const operations[] = {"Add", "Sub"};
static const char *const bad_operations[] = {"Add", "to add"};

static const tracegate_field event_fields[] = {
    {.name = "operation",
     .offset = offsetof(sums_event, operation),
     .form = TRACEGATE_ENUM,
     .nb_values = 2,
     .value_names = operations},
    {.name = "flag", .offset = offsetof(sums_event, flag), .form = TRACEGATE_FLAG},
    {.name = "limb", .offset = offsetof(sums_event, limb), .form = TRACEGATE_BYTE, .nb_values = 16},
    {.name = "a", .dims = "[2]", .offset = offsetof(sums_event, a)},
    {.name = "spare", .offset = offsetof(sums_event, spare), .form = TRACEGATE_FELT_IGNORED},
    {.name = "one", .offset = offsetof(sums_event, one), .form = TRACEGATE_ONE},
};
enum { NB_FIELDS = sizeof event_fields / sizeof event_fields[0] };

static const tracegate_column main_columns[] = {{.name = "operation"},
                                                {.name = "a", .dims = "[2]"},
                                                {.name = "result"}};
enum { NB_COLUMNS = sizeof main_columns / sizeof main_columns[0] };
static const tracegate_field part_fields[] = {{.name = "amount"}};
static const tracegate_column part_columns[] = {{.name = "amount"}, {.name = "sum.so_far"}};

/* What is returned, and may be wrong: of a later version, with a member more each. */
static struct {
    tracegate_chip_library library;
    uint32_t more;
} all;
static struct {
    tracegate_chip chip;
} chips[2];
static tracegate_trace traces[2];
static tracegate_field fields[NB_FIELDS];
static tracegate_column columns[NB_COLUMNS];

static void describe(void)
{
    memcpy(fields, event_fields, sizeof fields);
    memcpy(columns, main_columns, sizeof columns);
    traces[0] = (tracegate_trace){.kind = TRACEGATE_MAIN,
                                  .event_bytes = sizeof(sums_event),
                                  .nb_fields = NB_FIELDS,
                                  .fields = fields,
                                  .nb_columns = NB_COLUMNS,
                                  .columns = columns,
                                  .row = main_row};
    traces[1] = (tracegate_trace){.kind = TRACEGATE_PREPROCESSED,
                                  .event_bytes = sizeof(part_event),
                                  .nb_fields = 1,
                                  .fields = part_fields,
                                  .nb_columns = 2,
                                  .columns = part_columns,
                                  .events_per_row = 2,
                                  .padding = TRACEGATE_PADDING_CONSTANT,
                                  .height_rule = TRACEGATE_HEIGHT_NEVER_FIXED,
                                  .fill = part_fill};
    chips[0].chip = (tracegate_chip){.name = "Sums", .nb_traces = 2, .traces = traces};
    all.library = (tracegate_chip_library){TRACEGATE_CHIP_LIBRARY, .nb_chips = 1,
                                           .chips = &chips[0].chip, .manifest = "sums.json"};
}

static void spoil_library(void)
{
    tracegate_chip_library *library = &all.library;
    if (is("version")) library->api_version = 2;
    if (is("no sizes")) library->trace_bytes = 0;
    if (is("newer")) library->library_bytes = sizeof all;
    if (is("newer and used")) {
        library->library_bytes = sizeof all;
        all.more = 1;
    }
    if (is("no chips")) library->nb_chips = 0;
    if (is("many chips")) library->nb_chips = 1000000;
    if (is("absolute manifest")) library->manifest = "/kernels.json";
    if (is("no manifest")) library->manifest = NULL;
    if (is("chip name")) chips[0].chip.name = "Two words";
    if (is("no chip name")) chips[0].chip.name = NULL;
    if (is("built-in name")) chips[0].chip.name = getenv("TG_CHIP_FIXTURE_NAME");
    if (is("no traces")) chips[0].chip.nb_traces = 0;
    if (is("two of a kind")) traces[1].kind = TRACEGATE_MAIN;
    if (is("kind")) traces[1].kind = 2;
    if (is("twice the chip")) {
        chips[1] = chips[0];
        library->nb_chips = 2;
    }
}

static void spoil_trace(void)
{
    tracegate_trace *main = &traces[0];
    if (is("both maps")) main->events_per_row = main->rows_per_event = 2;
    if (is("many rows")) main->rows_per_event = 5000;
    if (is("max events")) main->max_events = UINT64_MAX;
    if (is("no reference")) main->row = NULL;
    if (is("two references")) main->fill = part_fill;
    if (is("padding")) main->padding = 3;
    if (is("height")) main->height_rule = 3;
    if (is("constant row")) main->padding = TRACEGATE_PADDING_CONSTANT;
    if (is("no columns")) main->nb_columns = 0;
    if (is("wide")) {
        main->events_per_row = 4096;
        columns[1].dims = "[65536]";
    }
    if (is("no fields")) main->nb_fields = 0;
    if (strncmp(wrong, "complete", strlen("complete")) == 0) main->complete = complete;
    if (is("row reads ignored")) main->reads_ignored = 1;
    if (is("zero event")) main->padding = TRACEGATE_PADDING_ZERO_EVENT;
    if (is("no events") || is("no events to complete")) {
        main->event_bytes = 0;
        main->nb_fields = 0;
        main->complete = is("no events") ? NULL : complete;
    }
}

static void spoil_entries(void)
{
    if (is("field name")) fields[1].name = "a flag";
    if (is("long name"))
        fields[1].name =
            "f0123456789012345678901234567890123456789012345678901234567890123456789012345678"
            "9";
    if (is("no field name")) fields[1].name = NULL;
    if (is("two fields")) fields[2].name = "flag";
    if (is("dims")) fields[3].dims = "[2";
    if (is("zero dims")) fields[3].dims = "[0]";
    if (is("huge dims")) fields[3].dims = "[65536][65536]";
    if (is("many dims")) fields[3].dims = "[1][1][1][1][2]";
    if (is("form")) fields[1].form = 8;
    if (is("no values")) fields[0].nb_values = 0;
    if (is("value names")) fields[0].value_names = bad_operations;
    if (is("byte values")) fields[2].nb_values = 257;
    if (is("any byte")) fields[2].nb_values = 0;
    if (is("overlap")) fields[3].offset = 4;
    if (is("alignment")) fields[4].offset += 2;
    if (is("beyond")) fields[5].offset = 64;
    if (is("column name")) columns[2].name = "";
    if (is("two columns")) columns[2].name = "a";
}

static void end_well(void) { _exit(0); }

__attribute__((destructor)) static void unload(void)
{
    if (wrong != NULL && is("unloading exits")) _exit(0);
}

/* If there is the file, end; else make it: the second time that the library is loaded. */
static void end_later(void)
{
    const char *path = getenv("TG_CHIP_FIXTURE_FILE");
    FILE *file = fopen(path, "rb");
    if (file != NULL && is("load ends its thread")) pthread_exit(NULL);
    if (file != NULL) _exit(0);
    file = fopen(path, "wb");
    if (file != NULL) (void)fclose(file);
}

const tracegate_chip_library *tracegate_chip_library_v1(void)
{
    const char *named = getenv("TG_CHIP_FIXTURE");
    wrong = named != NULL ? named : "";
    if (is("load crashes")) (void)raise(SIGSEGV);
    if (is("load exits")) exit(0);
    if (is("load exits later") || is("load ends its thread")) end_later();
    if (is("end exits")) (void)atexit(end_well);
    if (is("returns nothing")) return NULL;
    describe();
    spoil_library();
    spoil_trace();
    spoil_entries();
    return &all.library;
}
