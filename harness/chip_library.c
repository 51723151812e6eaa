/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Libraries that are open together, and their chips among the program's. */
#include "harness/chip_library_internal.h"
#include "model/memory.h"

#include <string.h>

struct tg_chip_libraries {
    size_t nb_libraries;
    chip_library *libraries;
    const tg_chip **chips;
    const tg_trace **traces;
    tg_subject *subjects;
    tg_added_chips added;
};

// A trace of a chip that no kernel was named for: backends that run kernels refuse it.
static const tg_plan no_kernel = {.nb_steps = 0};

static tg_status check_chip_name(const chip_library *library, const char *name, size_t nb_before,
                                 const tg_chip *const *before, tg_error *error)
{
    const char *other = NULL;
    for (size_t i = 0; i < tg_nb_chips(); i++) {
        if (strcmp(tg_chip_at(i)->name, name) == 0) other = "the program";
    }
    for (size_t i = 0; i < nb_before; i++) {
        if (strcmp(before[i]->name, name) == 0) other = "the libraries";
    }
    if (other == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "chip %s is there twice: %s already %s one of that name",
                 name, other,
                 nb_before != 0 && strcmp(other, "the libraries") == 0 ? "have" : "has");
    tg_error_where(error, "chip library %s", library->path);
    tg_error_how(error, "give the chip another name");
    return TG_ERR_USAGE;
}

static tg_status add_chip(tg_chip_libraries *all, const chip_library *library,
                          const library_chip *chip, tg_error *error)
{
    const tg_status status =
        check_chip_name(library, chip->chip.name, all->added.nb_chips, all->chips, error);
    if (status != TG_OK) return status;
    all->chips[all->added.nb_chips++] = &chip->chip;
    // Preprocessed before main, as the program's.
    for (tg_kind kind = (tg_kind)0; kind < TG_NB_KINDS; kind++) {
        const tg_trace *trace = chip->chip.traces[kind];
        if (trace == NULL) continue;
        const library_trace *of = (const library_trace *)trace;
        all->traces[all->added.nb_traces] = trace;
        all->subjects[all->added.nb_traces++] =
            (tg_subject){.trace = trace,
                         .reference = &of->reference,
                         .plan = &no_kernel,
                         .draws = of->given.complete != NULL ? &of->draws : NULL,
                         .kernel_file = library->path};
    }
    return TG_OK;
}

static tg_status join(tg_chip_libraries *all, tg_error *error)
{
    size_t nb_chips = 0;
    void *memory = NULL;
    for (size_t i = 0; i < all->nb_libraries; i++) nb_chips += all->libraries[i].nb_chips;
    tg_status status = tg_buffer_create(&memory, nb_chips, sizeof *all->chips, error);
    all->chips = memory;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&memory, nb_chips * TG_NB_KINDS, sizeof *all->traces, error);
    all->traces = memory;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&memory, nb_chips * TG_NB_KINDS, sizeof *all->subjects, error);
    all->subjects = memory;
    for (size_t i = 0; i < all->nb_libraries && status == TG_OK; i++) {
        const chip_library *library = &all->libraries[i];
        for (size_t k = 0; k < library->nb_chips && status == TG_OK; k++)
            status = add_chip(all, library, &library->chips[k], error);
    }
    return status;
}

tg_status tg_chip_libraries_open(tg_chip_libraries **libraries, const char *const *paths,
                                 size_t nb_paths, tg_error *error)
{
    void *memory = NULL;
    *libraries = NULL;
    if (nb_paths == 0) return TG_OK;
    tg_status status = tg_buffer_create(&memory, 1, sizeof **libraries, error);
    if (status != TG_OK) return status;
    tg_chip_libraries *all = memory;
    *all = (tg_chip_libraries){.nb_libraries = 0};
    status = tg_buffer_create(&memory, nb_paths, sizeof *all->libraries, error);
    all->libraries = memory;
    for (size_t i = 0; i < nb_paths && status == TG_OK; i++) {
        status = library_try(paths[i], error);
        if (status != TG_OK) break;
        all->nb_libraries++;
        status = library_load(&all->libraries[i], paths[i], error);
    }
    if (status == TG_OK) status = join(all, error);
    if (status != TG_OK) {
        tg_chip_libraries_close(all);
        return status;
    }
    all->added.chips = all->chips;
    all->added.traces = all->traces;
    all->added.subjects = all->subjects;
    tg_chips_add(&all->added);
    *libraries = all;
    return TG_OK;
}

void tg_chip_libraries_close(tg_chip_libraries *libraries)
{
    if (libraries == NULL) return;
    if (tg_chips_added() == &libraries->added) tg_chips_add(NULL);
    for (size_t i = 0; i < libraries->nb_libraries; i++) library_clear(&libraries->libraries[i]);
    tg_buffer_destroy(libraries->libraries);
    tg_buffer_destroy(libraries->chips);
    tg_buffer_destroy(libraries->traces);
    tg_buffer_destroy(libraries->subjects);
    tg_buffer_destroy(libraries);
}

void tg_chip_libraries_count(tg_chip_libraries *libraries, tg_calls *calls)
{
    for (size_t i = 0; libraries != NULL && i < libraries->nb_libraries; i++) {
        chip_library *library = &libraries->libraries[i];
        for (size_t k = 0; k < library->nb_chips; k++) {
            library_chip *chip = &library->chips[k];
            for (size_t t = 0; t < chip->nb_traces; t++) chip->traces[t].draws.calls = calls;
        }
    }
}

/* The library of a trace; NULL: it is built in. */
static const chip_library *library_of(const tg_trace *trace)
{
    const tg_added_chips *added = tg_chips_added();
    for (size_t i = 0; i < added->nb_traces; i++) {
        if (added->traces[i] == trace) return ((const library_trace *)trace)->library;
    }
    return NULL;
}

const char *tg_chip_library_of(const tg_trace *trace)
{
    const chip_library *library = library_of(trace);
    return library != NULL ? library->path : NULL;
}

const char *tg_chip_library_manifest_of(const tg_trace *trace)
{
    const chip_library *library = library_of(trace);
    return library != NULL && library->manifest[0] != '\0' ? library->manifest : NULL;
}
