/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Parts of the layout probe: the program that is compiled, the processes that run it, the table of
 * what differs. */
#ifndef TRACEGATE_MODULES_PROBE_INTERNAL_H
#define TRACEGATE_MODULES_PROBE_INTERNAL_H

#include "modules/probe.h"
#include "modules/text_internal.h"

/* The function, or kernel, of the program that answers. */
#define PROBE_FUNCTION "tracegate_layout"

/* What it answers of a member that the struct does not have. */
#define PROBE_ABSENT UINT64_MAX

/* Bytes of a member's name, with the end: a name of the manifest and the rest of a field's. */
#define PROBE_MEMBER_BYTES 1536

/* A leaf of the model's event, and the member of the user's struct that should be it. Bytes that
 * mean nothing have none. */
typedef struct probe_member {
    tg_leaf leaf;
    size_t size;
    size_t group;     /* leaves of one array have the same */
    bool is_left_out; /* not asked for: it would not compile */
    char field[TG_NAME_BYTES];
    char member[PROBE_MEMBER_BYTES];
    uint64_t offset_there; /* PROBE_ABSENT: none */
    uint64_t size_there;
} probe_member;

typedef struct probe_members {
    size_t nb;
    size_t nb_groups;
    probe_member *of; /* [nb] */
    uint64_t size_there;
} probe_members;

/* List them. members: to be cleared after success. Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status probe_members_create(probe_members *members, const tg_manifest_entry *entry,
                                            tg_error *error);
void probe_members_clear(probe_members *members);

/* Words of an answer: the struct's size, then offset and size of each member. */
size_t probe_nb_words(const probe_members *members);

/* Take an answer. */
void probe_take(probe_members *members, const uint64_t *words);

/* Write the program. In C++ a member that is not there is found by overload, in C it is an error of
 * the compiler.
 * file  absolute, of the source or header */
void probe_write(text *program, const char *file, const tg_manifest_entry *entry,
                 const probe_members *members, bool on_device, bool is_cpp);

/* Call the function of a shared object, or launch the kernel of a cubin, in a process of its own.
 * words   [nb_words]
 * Errors  TG_ERR_FORMAT for a source that ends its process when it is loaded; TG_ERR_UNAVAILABLE
 *         for a device that cannot run it; TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status probe_run_host(uint64_t *words, size_t nb_words, const char *object,
                                      tg_error *error);
TG_NODISCARD tg_status probe_run_device(uint64_t *words, size_t nb_words, const char *cubin,
                                        const char *symbol, tg_error *error);

/* Compare what was answered with the model. layout as tg_probe_run's. Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status probe_compare(tg_user_layout **layout, const tg_manifest_entry *entry,
                                     const probe_members *members, tg_error *error);

#endif
