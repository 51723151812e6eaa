/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cli/describe_machine.h"

#include "cli/json_out.h"

#include <stdio.h>
#include <string.h>

/* Columns of a line of text, and those in front of wrapped names. */
#define LINE_COLUMNS 100
#define NAME_INDENT 10

static bool has_chip(const tg_cluster *cluster, size_t chip)
{
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        if (cluster->chips[i] == chip) return true;
    }
    return false;
}

/* Our name of a chip; "-" where it has none. */
static const char *own_name(const tg_machine_chip *chip)
{
    return chip->own != 0 ? tg_chip_at(chip->own - 1)->name : "-";
}

/* Which traces SP1 makes on the device. */
static const char *device_text(const tg_machine_chip *chip)
{
    if (chip->is_device[TG_KIND_preprocessed]) return "both";
    return chip->is_device[TG_KIND_main] ? "main" : "-";
}

/* ---- text ---- */

static void print_chips_head(void)
{
    (void)printf("  %-26s%6s%6s%8s  %-7s%-22s%s\n", "chip", "main", "pre", "height", "device",
                 "here", "in a shard");
}

static void print_chip(const tg_machine_chip *chip)
{
    char height[24] = "";
    if (chip->height != 0)
        (void)snprintf(height, sizeof height, "%lu", (unsigned long)chip->height);
    (void)printf("  %-26s%6lu%6lu%8s  %-7s%-22s%s\n", chip->name, (unsigned long)chip->width,
                 (unsigned long)chip->preprocessed_width, height, device_text(chip), own_name(chip),
                 tg_inclusion_name(chip->inclusion));
}

static void print_cluster(const tg_machine *machine, size_t index)
{
    const tg_cluster *cluster = &machine->clusters[index];
    (void)printf("  %-4zu%4zu  %s\n", index, cluster->nb_chips, cluster->id);
    size_t column = LINE_COLUMNS;
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        const char *name = machine->chips[cluster->chips[i]].name;
        if (column + 1 + strlen(name) > LINE_COLUMNS) {
            (void)printf("%s%*s", i != 0 ? "\n" : "", NAME_INDENT, "");
            column = NAME_INDENT;
        } else {
            (void)putchar(' ');
            column++;
        }
        (void)fputs(name, stdout);
        column += strlen(name);
    }
    (void)putchar('\n');
}

static void print_fields(const tg_machine *machine)
{
    (void)printf("public values: %zu", machine->nb_public_values);
    if (machine->nb_public_values < TG_NB_SHARD_PUBLIC_VALUES)
        (void)printf(", then zeros up to %d", TG_NB_SHARD_PUBLIC_VALUES);
    (void)printf("; by number:\n");
    for (size_t i = 0; i < machine->nb_fields; i++) {
        const tg_public_value_field *field = &machine->fields[i];
        char place[48];
        (void)snprintf(place, sizeof place, "%zu..%zu", field->offset,
                       field->offset + field->length - 1);
        if (field->length == 1) (void)snprintf(place, sizeof place, "%zu", field->offset);
        (void)printf("  %-10s%s\n", place, field->name);
    }
}

static void print_machine(const tg_machine *machine)
{
    (void)printf("%s%s%s: %s\n", machine->id, machine->id != machine->short_id ? ", in short " : "",
                 machine->id != machine->short_id ? machine->short_id : "", machine->text);
    (void)printf(
        "chips in machine order: columns of main and preprocessed trace; which of them SP1 "
        "makes on the device:\n");
    print_chips_head();
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        print_chip(&machine->chips[chip]);
    }
    (void)printf("clusters: a shard has the chips of exactly one; of those that are as small, the "
                 "first:\n");
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        print_cluster(machine, i);
    }
    print_fields(machine);
}

/* ---- JSON ---- */

static void json_chip(tg_json_out *json, const char *name, const tg_machine_chip *chip)
{
    tg_json_begin(json, name, '{');
    tg_json_text(json, "name", chip->name);
    tg_json_count(json, "width", chip->width);
    tg_json_count(json, "preprocessed_width", chip->preprocessed_width);
    tg_json_count(json, "height", chip->height);
    tg_json_text(json, "included", tg_inclusion_name(chip->inclusion));
    tg_json_bool(json, "device_main", chip->is_device[TG_KIND_main]);
    tg_json_bool(json, "device_preprocessed", chip->is_device[TG_KIND_preprocessed]);
    tg_json_text(json, "own", chip->own != 0 ? own_name(chip) : NULL);
    tg_json_end(json);
}

static void json_cluster(tg_json_out *json, const tg_machine *machine, size_t index)
{
    const tg_cluster *cluster = &machine->clusters[index];
    tg_json_begin(json, NULL, '{');
    tg_json_count(json, "index", index);
    tg_json_text(json, "id", cluster->id);
    tg_json_begin(json, "chips", '[');
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        tg_json_text(json, NULL, machine->chips[cluster->chips[i]].name);
    }
    tg_json_end(json);
    tg_json_end(json);
}

static void json_machine(const tg_machine *machine)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '{');
    tg_json_text(&json, "id", machine->id);
    tg_json_text(&json, "short_id", machine->short_id);
    tg_json_text(&json, "text", machine->text);
    tg_json_begin(&json, "chips", '[');
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        json_chip(&json, NULL, &machine->chips[chip]);
    }
    tg_json_end(&json);
    tg_json_begin(&json, "clusters", '[');
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        json_cluster(&json, machine, i);
    }
    tg_json_end(&json);
    tg_json_count(&json, "nb_public_values", machine->nb_public_values);
    tg_json_begin(&json, "public_values", '[');
    for (size_t i = 0; i < machine->nb_fields; i++) {
        tg_json_begin(&json, NULL, '{');
        tg_json_text(&json, "name", machine->fields[i].name);
        tg_json_count(&json, "offset", machine->fields[i].offset);
        tg_json_count(&json, "length", machine->fields[i].length);
        tg_json_end(&json);
    }
    tg_json_end(&json);
    tg_json_end(&json);
}

static void json_machine_chip(const tg_machine *machine, size_t chip)
{
    tg_json_out json = {.out = stdout};
    tg_json_begin(&json, NULL, '{');
    tg_json_text(&json, "machine", machine->id);
    json_chip(&json, "chip", &machine->chips[chip]);
    tg_json_begin(&json, "clusters", '[');
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        if (has_chip(&machine->clusters[i], chip)) json_cluster(&json, machine, i);
    }
    tg_json_end(&json);
    tg_json_end(&json);
}

/* ---- both ---- */

void tg_describe_machine(const tg_machine *machine, bool json)
{
    if (json) {
        json_machine(machine);
    } else {
        print_machine(machine);
    }
}

/* Write a chip of a machine as text. */
static void print_machine_chip(const tg_machine *machine, size_t chip)
{
    print_chips_head();
    print_chip(&machine->chips[chip]);
    (void)printf("clusters of %s that have it:\n", machine->id);
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        if (has_chip(&machine->clusters[i], chip)) print_cluster(machine, i);
    }
    if (machine->chips[chip].own != 0)
        (void)printf("its columns and events: tracegate describe %s\n",
                     own_name(&machine->chips[chip]));
}

/* Split CHIP[.KIND].
 * chip  the part in front of the last dot that a kind follows
 * Returns the kind, or TG_NB_KINDS for none */
static tg_kind split_name(char chip[TG_NAME_BYTES], const char *name)
{
    const char *dot = strrchr(name, '.');
    tg_kind kind = TG_NB_KINDS;
    for (tg_kind i = 0; i < TG_NB_KINDS && dot != NULL; i++) {
        if (strcmp(dot + 1, tg_kind_name(i)) == 0) kind = i;
    }
    const size_t length = kind != TG_NB_KINDS ? (size_t)(dot - name) : strlen(name);
    (void)snprintf(chip, TG_NAME_BYTES, "%.*s",
                   (int)(length < TG_NAME_BYTES ? length : TG_NAME_BYTES - 1), name);
    return kind;
}

tg_status tg_describe_machine_chip(const tg_machine *machine, const char *name, bool json,
                                   tg_error *error)
{
    char chip_name[TG_NAME_BYTES];
    size_t chip = 0;
    const tg_kind kind = split_name(chip_name, name);
    const tg_status status = tg_machine_find_chip(&chip, machine, chip_name, error);
    if (status != TG_OK) return status;
    if (kind != TG_NB_KINDS && tg_machine_width(machine, chip, kind) == 0) {
        tg_error_set(error, TG_ERR_USAGE, "%s of machine %s has no %s trace", chip_name,
                     machine->id, tg_kind_name(kind));
        tg_error_how(error, "name the chip alone");
        return TG_ERR_USAGE;
    }
    if (json) {
        json_machine_chip(machine, chip);
    } else {
        print_machine_chip(machine, chip);
    }
    return TG_OK;
}

void tg_describe_say_machine(const char *name, tg_error *error)
{
    char chip_name[TG_NAME_BYTES];
    (void)split_name(chip_name, name);
    for (size_t i = 0; i < tg_nb_machines(); i++) {
        const tg_machine *machine = tg_machine_at(i);
        size_t chip = 0;
        if (tg_machine_find_chip(&chip, machine, chip_name, NULL) != TG_OK) continue;
        tg_error_how(error,
                     "machine %s has one: 'tracegate describe --machine %s %s'; 'tracegate list' "
                     "shows those that have traces here",
                     machine->short_id, machine->short_id, chip_name);
        return;
    }
}
