/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Makes the C tables of model/machines.json; runs while the project is built.
 *
 *   machine_tables MACHINES.json OUTPUT.h
 *
 * What the file says must fit together: names known and unique, nothing that is not used. Exits 0,
 * or 1 with a line that says what is wrong.
 */
#include "model/machine.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Texts are put together in this many bytes. */
#define TEXT_BYTES 256

/* Far more than there are, of all machines and of one machine's clusters. */
#define MAX_MACHINES 64
#define MAX_CLUSTERS 1024

static const char *const own_chips[] = {
#define TG_CHIP(id, file, name, kinds) name,
#include "model/chips.def"
#undef TG_CHIP
};

static const char *const rules[][2] = {
#define RULE(rule, name) {"TG_INCLUSION_" #rule, name},
    TG_INCLUSION_LIST(RULE)
#undef RULE
};

#define NB_ELEMENTS(table) (sizeof(table) / sizeof(table)[0])

static json_t *file; /* all of machines.json */
static json_t *used; /* section -> name -> true, of all sets and lists that something is made of */
static FILE *out;
static const char *out_path; /* NULL until out is open */

/* A machine while its tables are written. */
typedef struct machine_names {
    const char *id;
    size_t number;
    size_t nb_chips;
    const char *names[TG_MAX_MACHINE_CHIPS]; /* in machine order */
    size_t by_name[TG_MAX_MACHINE_CHIPS];
} machine_names;

/* The program ends where something is wrong: a build that goes on would have wrong tables. */
static _Noreturn void fail(const char *format, ...) TG_PRINTF(1, 2);
static _Noreturn void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("model/machines.json: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    if (out_path != NULL) (void)remove(out_path); // half a table is none
    exit(EXIT_FAILURE);
}

/* The list that a section of the file has under a name, which is used now; never empty. */
static json_t *list_of(const char *section, const char *name)
{
    json_t *list = json_object_get(json_object_get(file, section), name);
    if (json_array_size(list) == 0)
        fail("\"%s\" has no list \"%s\", or an empty one", section, name);
    json_t *names = json_object_get(used, section);
    if (names == NULL) {
        names = json_object();
        if (json_object_set_new(used, section, names) != 0) fail("out of memory");
    }
    if (json_object_set_new(names, name, json_true()) != 0) fail("out of memory");
    return list;
}

/* What no machine uses has not been looked at: it may be anything. */
static void check_all_used(const char *section)
{
    const char *name;
    json_t *list;
    json_object_foreach(json_object_get(file, section), name, list)
    {
        if (json_object_get(json_object_get(used, section), name) == NULL)
            fail("\"%s\": nothing uses \"%s\"", section, name);
    }
}

/* Read an object strictly: every key known, none missing but those marked so. */
#define UNPACK(value, what, ...)                                         \
    do {                                                                 \
        json_error_t unpack_error;                                       \
        if (json_unpack_ex((value), &unpack_error, 0, __VA_ARGS__) != 0) \
            fail("%s: %s", (what), unpack_error.text);                   \
    } while (0)

static size_t index_of(const char *name, const char *const *names, size_t nb_names)
{
    for (size_t i = 0; i < nb_names; i++) {
        if (strcmp(name, names[i]) == 0) return i;
    }
    return SIZE_MAX;
}

/* ---- chips ---- */

static const char *rule_constant(const char *rule, const char *chip)
{
    for (size_t i = 0; i < NB_ELEMENTS(rules); i++) {
        if (strcmp(rules[i][1], rule) == 0) return rules[i][0];
    }
    fail("%s: \"included\" is \"%s\", no rule of model/machine.h", chip, rule);
}

static const char *device_initializer(const char *device, const char *chip)
{
    if (strcmp(device, "none") == 0) return "";
    if (strcmp(device, "main") == 0) return ".is_device = {[TG_KIND_main] = true},";
    if (strcmp(device, "main and preprocessed") == 0)
        return ".is_device = {[TG_KIND_preprocessed] = true, [TG_KIND_main] = true},";
    fail("%s: \"device\" is \"%s\", neither main nor main and preprocessed", chip, device);
}

/* Write one chip and take its name. */
static void write_chip(machine_names *machine, json_t *value)
{
    const char *name, *rule, *own = NULL, *device = "none";
    int width, preprocessed_width = 0, height = 0;
    char what[TEXT_BYTES];
    (void)snprintf(what, sizeof what, "%s, chip %zu", machine->id, machine->nb_chips);
    UNPACK(value, what, "{s:s, s:i, s?i, s?i, s:s, s?s, s?s!}", "name", &name, "width", &width,
           "preprocessed_width", &preprocessed_width, "height", &height, "included", &rule,
           "device", &device, "own", &own);
    if (machine->nb_chips == TG_MAX_MACHINE_CHIPS)
        fail("%s: more than %d chips", machine->id, TG_MAX_MACHINE_CHIPS);
    if (index_of(name, machine->names, machine->nb_chips) != SIZE_MAX)
        fail("%s: %s stands twice", machine->id, name);
    if (strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") !=
            strlen(name) ||
        strlen(name) >= TG_NAME_BYTES - sizeof ".preprocessed")
        fail("%s: no name: \"%s\"", machine->id, name);
    if (width < 1 || preprocessed_width < 0 || height < 0 || (size_t)height > TG_MAX_HEIGHT)
        fail("%s: %s: width or height out of range", machine->id, name);
    const size_t place = index_of(own != NULL ? own : name, own_chips, NB_ELEMENTS(own_chips));
    if (own != NULL && place == SIZE_MAX) fail("%s: no chip of ours is called %s", name, own);
    (void)fprintf(out,
                  "    {.name = \"%s\", .width = %d, .preprocessed_width = %d, .height = %d, "
                  ".inclusion = %s, %s .own = %zu},\n",
                  name, width, preprocessed_width, height, rule_constant(rule, name),
                  device_initializer(device, name), place == SIZE_MAX ? 0 : place + 1);
    machine->names[machine->nb_chips++] = name;
}

/* Sort indices of chips by the bytes of their names. */
static void sort(size_t *indices, size_t nb_indices, const machine_names *machine)
{
    for (size_t i = 1; i < nb_indices; i++) {
        const size_t index = indices[i];
        size_t j = i;
        for (; j > 0 && strcmp(machine->names[indices[j - 1]], machine->names[index]) > 0; j--) {
            indices[j] = indices[j - 1];
        }
        indices[j] = index;
    }
}

static void write_indices(const size_t *indices, size_t nb_indices)
{
    for (size_t i = 0; i < nb_indices; i++) {
        (void)fprintf(out, "%s%zu,", i % 20 == 0 ? "\n    " : " ", indices[i]);
    }
    (void)fputs("\n};\n", out);
}

static void write_chips(machine_names *machine, const char *list)
{
    size_t i;
    json_t *value;
    (void)fprintf(out, "\nstatic const tg_machine_chip chips_%zu[] = {\n", machine->number);
    json_array_foreach(list_of("chips", list), i, value) write_chip(machine, value);
    (void)fputs("};\n", out);
    for (i = 0; i < machine->nb_chips; i++) {
        machine->by_name[i] = i;
    }
    sort(machine->by_name, machine->nb_chips, machine);
    (void)fprintf(out, "\nstatic const uint16_t by_name_%zu[] = {", machine->number);
    write_indices(machine->by_name, machine->nb_chips);
}

/* ---- clusters ---- */

/* The chips of a cluster while they are collected. */
typedef struct cluster_chips {
    const machine_names *machine;
    const char *cluster;
    size_t nb;
    size_t indices[TG_MAX_MACHINE_CHIPS];
} cluster_chips;

static void add_chip(cluster_chips *members, const char *name)
{
    const size_t index = index_of(name, members->machine->names, members->machine->nb_chips);
    if (index == SIZE_MAX)
        fail("cluster %s of %s: %s is neither a set nor a chip", members->cluster,
             members->machine->id, name);
    for (size_t i = 0; i < members->nb; i++) {
        if (members->indices[i] == index)
            fail("cluster %s of %s has %s twice", members->cluster, members->machine->id, name);
    }
    members->indices[members->nb++] = index;
}

/* Add what one word of a cluster stands for. */
static void add_word(cluster_chips *members, const char *word)
{
    const machine_names *machine = members->machine;
    const bool is_set = json_object_get(json_object_get(file, "sets"), word) != NULL;
    size_t i;
    json_t *value;
    if (is_set && (strcmp(word, "all chips") == 0 ||
                   index_of(word, machine->names, machine->nb_chips) != SIZE_MAX))
        fail("set %s: the word stands for something else already", word);
    if (strcmp(word, "all chips") == 0) {
        for (i = 0; i < machine->nb_chips; i++) {
            add_chip(members, machine->names[i]);
        }
    } else if (!is_set) {
        add_chip(members, word);
    } else {
        json_array_foreach(list_of("sets", word), i, value)
        {
            if (!json_is_string(value)) fail("set %s: item %zu is no name", word, i);
            add_chip(members, json_string_value(value));
        }
    }
}

/* Write the chips of a cluster; returns its entry of the table of clusters, for free().
 * ids  [number] of the clusters before; its own is put behind */
static char *write_cluster(const machine_names *machine, const char **ids, size_t number,
                           json_t *value)
{
    json_t *words;
    size_t i;
    json_t *word;
    cluster_chips members = {.machine = machine};
    UNPACK(value, machine->id, "{s:s, s:o!}", "id", &members.cluster, "of", &words);
    if (index_of(members.cluster, ids, number) != SIZE_MAX)
        fail("%s: cluster %s stands twice", machine->id, members.cluster);
    ids[number] = members.cluster;
    json_array_foreach(words, i, word)
    {
        if (!json_is_string(word)) fail("cluster %s: item %zu is no name", members.cluster, i);
        add_word(&members, json_string_value(word));
    }
    if (members.nb == 0) fail("cluster %s of %s is empty", members.cluster, machine->id);
    sort(members.indices, members.nb, machine);
    (void)fprintf(out, "\nstatic const uint16_t cluster_%zu_%zu[] = {", machine->number, number);
    write_indices(members.indices, members.nb);
    char *entry = malloc(TEXT_BYTES);
    if (entry == NULL) fail("out of memory");
    (void)snprintf(entry, TEXT_BYTES,
                   "    {.id = \"%s\", .nb_chips = %zu, .chips = cluster_%zu_%zu},\n",
                   members.cluster, members.nb, machine->number, number);
    return entry;
}

/* Write the clusters of several lists, one after the other. */
static void write_clusters(const machine_names *machine, json_t *lists)
{
    char *entries[MAX_CLUSTERS];
    const char *ids[MAX_CLUSTERS];
    size_t nb_entries = 0;
    size_t i, j;
    json_t *list, *value;
    json_array_foreach(lists, i, list)
    {
        if (!json_is_string(list)) fail("%s: \"clusters\" are names of lists", machine->id);
        json_array_foreach(list_of("clusters", json_string_value(list)), j, value)
        {
            if (nb_entries == MAX_CLUSTERS) fail("%s: too many clusters", machine->id);
            entries[nb_entries] = write_cluster(machine, ids, nb_entries, value);
            nb_entries++;
        }
    }
    if (nb_entries == 0) fail("%s has no clusters", machine->id);
    (void)fprintf(out, "\nstatic const tg_cluster clusters_%zu[] = {\n", machine->number);
    for (i = 0; i < nb_entries; i++) {
        (void)fputs(entries[i], out);
        free(entries[i]);
    }
    (void)fputs("};\n", out);
}

/* ---- public values and machines ---- */

/* Write the fields of a list; returns the number of public values. */
static size_t write_fields(const machine_names *machine, const char *list)
{
    const char *names[TG_NB_SHARD_PUBLIC_VALUES]; // each has a value at the least
    size_t offset = 0;
    size_t i;
    json_t *value;
    (void)fprintf(out, "\nstatic const tg_public_value_field fields_%zu[] = {\n", machine->number);
    json_array_foreach(list_of("public_values", list), i, value)
    {
        const char *name;
        int length;
        UNPACK(value, list, "[s, i!]", &name, &length);
        if (length < 1) fail("%s: %s has %d values", list, name, length);
        if (index_of(name, names, i) != SIZE_MAX) fail("%s: %s stands twice", list, name);
        (void)fprintf(out, "    {.name = \"%s\", .offset = %zu, .length = %d},\n", name, offset,
                      length);
        offset += (size_t)length;
        if (offset > TG_NB_SHARD_PUBLIC_VALUES)
            fail("%s: more than %d public values", list, TG_NB_SHARD_PUBLIC_VALUES);
        names[i] = name;
    }
    (void)fputs("};\n", out);
    return offset;
}

/* Machines are found by either name, which must be no other machine's. */
static void check_names(size_t number, const char *id, const char *short_id)
{
    json_t *machines = json_object_get(file, "machines");
    for (size_t i = 0; i < number; i++) {
        json_t *other = json_array_get(machines, i);
        const char *names[] = {json_string_value(json_object_get(other, "id")),
                               json_string_value(json_object_get(other, "short_id"))};
        if (index_of(id, names, 2) != SIZE_MAX) fail("machine %s stands twice", id);
        if (index_of(short_id, names, 2) != SIZE_MAX) fail("machine %s stands twice", short_id);
    }
}

/* Write the tables of a machine; returns its entry of the table of machines, for free(). */
static char *write_machine(size_t number, json_t *value)
{
    const size_t size = 8 * TEXT_BYTES;
    const char *short_id, *text, *chips, *fields;
    int is_riscv, max_log_rows, log_stacking_height;
    json_int_t jagged_words;
    json_t *clusters;
    machine_names machine = {.number = number};
    UNPACK(value, "machines", "{s:s, s:s, s:s, s:b, s:s, s:o, s:s, s:i, s:i, s:I!}", "id",
           &machine.id, "short_id", &short_id, "text", &text, "is_riscv", &is_riscv, "chips",
           &chips, "clusters", &clusters, "public_values", &fields, "max_log_rows", &max_log_rows,
           "log_stacking_height", &log_stacking_height, "jagged_words", &jagged_words);
    check_names(number, machine.id, short_id);
    if (max_log_rows < 1 || max_log_rows > 31 || log_stacking_height < 1 ||
        log_stacking_height > 31 || jagged_words < 1)
        fail("%s: a limit is out of range", machine.id);
    write_chips(&machine, chips);
    write_clusters(&machine, clusters);
    const size_t nb_public_values = write_fields(&machine, fields);
    char *entry = malloc(size);
    if (entry == NULL) fail("out of memory");
    const int length = snprintf(
        entry, size,
        "    {.id = \"%s\", .short_id = \"%s\", .text = \"%s\", .is_riscv = %d,\n"
        "     .nb_chips = NB(chips_%zu), .chips = chips_%zu, .by_name = by_name_%zu,\n"
        "     .nb_clusters = NB(clusters_%zu), .clusters = clusters_%zu,\n"
        "     .nb_public_values = %zu, .nb_fields = NB(fields_%zu), .fields = fields_%zu,\n"
        "     .max_log_rows = %d, .log_stacking_height = %d, .jagged_words = %lld},\n",
        machine.id, short_id, text, is_riscv, number, number, number, number, number,
        nb_public_values, number, number, max_log_rows, log_stacking_height,
        (long long)jagged_words);
    if (length < 0 || (size_t)length >= size) fail("%s: texts are too long", machine.id);
    return entry;
}

static void write_all(void)
{
    static const char *const sections[] = {"chips", "clusters", "sets", "public_values"};
    char *entries[MAX_MACHINES];
    json_t *machines = json_object_get(file, "machines");
    const size_t nb_machines = json_array_size(machines);
    if (nb_machines == 0 || nb_machines > MAX_MACHINES) fail("no machines, or too many");
    (void)fputs("/* Made by cmake/machine_tables.c from model/machines.json. */\n"
                "#define NB(table) (sizeof(table) / sizeof(table)[0])\n",
                out);
    for (size_t i = 0; i < nb_machines; i++) {
        entries[i] = write_machine(i, json_array_get(machines, i));
    }
    for (size_t i = 0; i < NB_ELEMENTS(sections); i++) {
        check_all_used(sections[i]);
    }
    (void)fputs("\nstatic const tg_machine machines[] = {\n", out);
    for (size_t i = 0; i < nb_machines; i++) {
        (void)fputs(entries[i], out);
        free(entries[i]);
    }
    (void)fputs("};\n", out);
}

int main(int nb_words, char **words)
{
    json_error_t error;
    json_t *about, *machines, *chips, *sets, *clusters, *fields;
    if (nb_words != 3) {
        (void)fputs("usage: machine_tables MACHINES.json OUTPUT.h\n", stderr);
        return EXIT_FAILURE;
    }
    file = json_load_file(words[1], JSON_REJECT_DUPLICATES, &error);
    if (file == NULL) fail("line %d, column %d: %s", error.line, error.column, error.text);
    UNPACK(file, "the file", "{s:o, s:o, s:o, s:o, s:o, s:o!}", "about", &about, "machines",
           &machines, "chips", &chips, "sets", &sets, "clusters", &clusters, "public_values",
           &fields);
    used = json_object();
    if (used == NULL) fail("out of memory");
    out = fopen(words[2], "w");
    if (out == NULL) fail("cannot write %s", words[2]);
    out_path = words[2];
    write_all();
    if (fclose(out) != 0) fail("cannot write %s", words[2]);
    json_decref(used);
    json_decref(file);
    return EXIT_SUCCESS;
}
