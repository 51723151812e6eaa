/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Machines: names, and the smallest cluster. */
#include "model/machine.h"

#include "model/names.h"

#include <stdio.h>
#include <string.h>

/* machines[], made from machines.json by cmake/machine_tables.c. */
#include "machine_tables.h"

#define NB_MACHINES (sizeof machines / sizeof machines[0])

size_t tg_nb_machines(void) { return NB_MACHINES; }

const tg_machine *tg_machine_at(size_t index) { return &machines[index]; }

const char *tg_inclusion_name(tg_inclusion inclusion)
{
    static const char *const names[TG_NB_INCLUSIONS] = {
#define INCLUSION_NAME(rule, name) [TG_INCLUSION_##rule] = name,
        TG_INCLUSION_LIST(INCLUSION_NAME)
#undef INCLUSION_NAME
    };
    return names[inclusion];
}

/* ---- names ---- */

/* Short ids first, then ids: candidates of tg_nearest_name. */
static const char *id_at(const void *context, size_t index)
{
    (void)context;
    return index < NB_MACHINES ? machines[index].short_id : machines[index - NB_MACHINES].id;
}

static const char *chip_name_at(const void *context, size_t index)
{
    const tg_machine *machine = context;
    return machine->chips[machine->by_name[index]].name;
}

tg_status tg_machine_find(const tg_machine **machine, const char *id, tg_error *error)
{
    for (size_t i = 0; i < NB_MACHINES; i++) {
        if (strcmp(machines[i].id, id) != 0 && strcmp(machines[i].short_id, id) != 0) continue;
        *machine = &machines[i];
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_USAGE, "no machine is called '%s'", id);
    const char *nearest = tg_nearest_name(id, 2 * NB_MACHINES, id_at, NULL);
    if (nearest != NULL) {
        tg_error_how(error, "the nearest one is %s; 'tracegate machines' shows all", nearest);
    } else {
        tg_error_how(error, "'tracegate machines' shows all");
    }
    return TG_ERR_USAGE;
}

/* The machine's name of the chip that is called so here; NULL for none. */
static const char *machine_name_of(const tg_machine *machine, const char *own_name)
{
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const size_t own = machine->chips[i].own;
        if (own != 0 && strcmp(tg_chip_at(own - 1)->name, own_name) == 0)
            return machine->chips[i].name;
    }
    return NULL;
}

tg_status tg_machine_find_chip(size_t *chip, const tg_machine *machine, const char *name,
                               tg_error *error)
{
    size_t first = 0;
    size_t end = machine->nb_chips;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        const int order = strcmp(chip_name_at(machine, middle), name);
        if (order == 0) {
            *chip = machine->by_name[middle];
            return TG_OK;
        }
        if (order < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    tg_error_set(error, TG_ERR_USAGE, "machine %s has no chip '%s'", machine->id, name);
    const char *other_name = machine_name_of(machine, name);
    const char *nearest = tg_nearest_name(name, machine->nb_chips, chip_name_at, machine);
    if (other_name != NULL) {
        tg_error_how(error, "it is called %s there; 'tracegate describe --machine %s' shows all",
                     other_name, machine->short_id);
    } else if (nearest != NULL) {
        tg_error_how(error, "the nearest one is %s; 'tracegate describe --machine %s' shows all",
                     nearest, machine->short_id);
    } else {
        tg_error_how(error, "'tracegate describe --machine %s' shows all", machine->short_id);
    }
    return TG_ERR_USAGE;
}

/* ---- chips ---- */

const tg_trace *tg_machine_trace(const tg_machine *machine, size_t chip, tg_kind kind)
{
    TG_VERIFY_CHECK(chip < machine->nb_chips);
    const size_t own = machine->chips[chip].own;
    return own != 0 ? tg_chip_at(own - 1)->traces[kind] : NULL;
}

size_t tg_machine_width(const tg_machine *machine, size_t chip, tg_kind kind)
{
    TG_VERIFY_CHECK(chip < machine->nb_chips);
    return kind == TG_KIND_main ? machine->chips[chip].width
                                : machine->chips[chip].preprocessed_width;
}

bool tg_machine_includes(const tg_machine *machine, size_t chip, const tg_shard_facts *facts,
                         bool has_events)
{
    const bool is_without_cpu = !facts->has_cpu_events && !facts->has_end_events;
    TG_VERIFY_CHECK(chip < machine->nb_chips);
    switch (machine->chips[chip].inclusion) {
    case TG_INCLUSION_ALWAYS:
        return true;
    case TG_INCLUSION_CPU_EVENTS:
        return facts->has_cpu_events;
    case TG_INCLUSION_OWN_EVENTS:
        return has_events;
    case TG_INCLUSION_OWN_EVENTS_TRUSTED:
    case TG_INCLUSION_SENT_EVENTS_TRUSTED:
        return has_events && !facts->is_untrusted;
    case TG_INCLUSION_OWN_EVENTS_UNTRUSTED:
    case TG_INCLUSION_SENT_EVENTS_UNTRUSTED:
        return has_events && facts->is_untrusted;
    case TG_INCLUSION_NO_CPU_TRUSTED:
        return is_without_cpu && !facts->is_untrusted;
    case TG_INCLUSION_NO_CPU_UNTRUSTED:
        return is_without_cpu && facts->is_untrusted;
    case TG_NB_INCLUSIONS:
        break;
    }
    return false;
}

/* ---- clusters ---- */

/* Included chips that a cluster lacks. */
static size_t nb_missing(const tg_cluster *cluster, const tg_machine *machine,
                         const bool *is_included)
{
    size_t nb = 0;
    for (size_t chip = 0; chip < machine->nb_chips; chip++) {
        nb += is_included[chip];
    }
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        nb -= is_included[cluster->chips[i]];
    }
    return nb;
}

static bool has_chip(const tg_cluster *cluster, size_t chip)
{
    for (size_t i = 0; i < cluster->nb_chips; i++) {
        if (cluster->chips[i] == chip) return true;
    }
    return false;
}

/* Names put together, as many as there is room for. */
typedef struct name_list {
    char text[160];
    size_t used;
    size_t nb_names;
    size_t nb_left_out;
} name_list;

static void add_name(name_list *list, const char *name)
{
    // Room for what end_list says of those that are left out.
    const size_t room = sizeof list->text - sizeof " and 12345 more";
    const char *separator = list->nb_names != 0 ? ", " : "";
    list->nb_names++;
    if (list->nb_left_out != 0 || list->used + strlen(separator) + strlen(name) >= room) {
        list->nb_left_out++;
        return;
    }
    list->used += (size_t)snprintf(list->text + list->used, sizeof list->text - list->used, "%s%s",
                                   separator, name);
}

static const char *end_list(name_list *list)
{
    if (list->nb_left_out != 0) {
        (void)snprintf(list->text + list->used, sizeof list->text - list->used, " and %zu more",
                       list->nb_left_out);
    }
    return list->text;
}

/* What keeps an included chip out of all clusters. */
typedef enum hindrance {
    FITS,  /* nothing that this chip alone could mend */
    ALIEN, /* it is in no cluster */
    ALONE, /* a cluster has all the others */
} hindrance;

static hindrance hindrance_of(size_t chip, const tg_machine *machine, const bool *is_included)
{
    hindrance found = ALIEN;
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        const tg_cluster *cluster = &machine->clusters[i];
        if (has_chip(cluster, chip)) {
            if (found == ALIEN) found = FITS;
        } else if (nb_missing(cluster, machine, is_included) == 1) {
            return ALONE;
        }
    }
    return found;
}

/* Say which chips have no cluster together, and which of them are to blame. */
static tg_status no_cluster(const tg_machine *machine, const bool *is_included, tg_error *error)
{
    name_list all = {.text = ""}, alien = {.text = ""}, alone = {.text = ""};
    for (size_t i = 0; i < machine->nb_chips; i++) {
        const size_t chip = machine->by_name[i];
        if (!is_included[chip]) continue;
        const hindrance found = hindrance_of(chip, machine, is_included);
        add_name(&all, machine->chips[chip].name);
        if (found == ALONE) add_name(&alone, machine->chips[chip].name);
        if (found == ALIEN) add_name(&alien, machine->chips[chip].name);
    }
    tg_error_set(error, TG_ERR_USAGE, "no cluster of %s has all of these %zu chips: %s",
                 machine->id, all.nb_names, end_list(&all));
    if (alone.nb_names != 0) {
        tg_error_how(error, "without %s%s there is one", alone.nb_names > 1 ? "one of " : "",
                     end_list(&alone));
    } else if (alien.nb_names != 0) {
        tg_error_how(error, "in no cluster of it %s: %s", alien.nb_names > 1 ? "are" : "is",
                     end_list(&alien));
    } else {
        tg_error_how(error,
                     "more than one of them is too much; 'tracegate describe --machine %s' shows "
                     "the clusters",
                     machine->short_id);
    }
    return TG_ERR_USAGE;
}

tg_status tg_machine_smallest_cluster(size_t *cluster, const tg_machine *machine,
                                      const bool *is_included, tg_error *error)
{
    *cluster = TG_NO_CLUSTER;
    for (size_t i = 0; i < machine->nb_clusters; i++) {
        const tg_cluster *candidate = &machine->clusters[i];
        if (nb_missing(candidate, machine, is_included) != 0) continue;
        // Of several that are as small the first one stays.
        if (*cluster == TG_NO_CLUSTER || candidate->nb_chips < machine->clusters[*cluster].nb_chips)
            *cluster = i;
    }
    return *cluster != TG_NO_CLUSTER ? TG_OK : no_cluster(machine, is_included, error);
}

/* ---- public values ---- */

const tg_public_value_field *tg_machine_field(const tg_machine *machine, const char *name)
{
    for (size_t i = 0; i < machine->nb_fields; i++) {
        if (strcmp(machine->fields[i].name, name) == 0) return &machine->fields[i];
    }
    return NULL;
}

const char *tg_machine_public_value_name(char *name, const tg_machine *machine, size_t index)
{
    const tg_public_value_field *field = machine->fields;
    const tg_public_value_field *end = field + machine->nb_fields;
    TG_VERIFY_CHECK(index < TG_NB_SHARD_PUBLIC_VALUES);
    while (field != end && index >= field->offset + field->length) {
        field++;
    }
    if (field == end) {
        (void)snprintf(name, TG_NAME_BYTES, "zero[%zu]", index - machine->nb_public_values);
    } else if (field->length == 1) {
        (void)snprintf(name, TG_NAME_BYTES, "%s", field->name);
    } else {
        (void)snprintf(name, TG_NAME_BYTES, "%s[%zu]", field->name, index - field->offset);
    }
    return name;
}
