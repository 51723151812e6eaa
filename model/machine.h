/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Machines: which chips a proof's shard can have, in which sets, and what its public values are.
 *
 * Source: SP1 v6.2.0, machine definitions of crates/recursion/machine and crates/core/machine. The
 * tables are made at build time from machines.json, the only place that lists machines.
 */
#ifndef TRACEGATE_MODEL_MACHINE_H
#define TRACEGATE_MODEL_MACHINE_H

#include "model/trace.h"

/* Public values that a shard of every machine gives: the machine's own, then zeros. */
#define TG_NB_SHARD_PUBLIC_VALUES 187

/* Chips of a machine, at the most. */
#define TG_MAX_MACHINE_CHIPS 1024

/* No cluster; see tg_machine_smallest_cluster. */
#define TG_NO_CLUSTER SIZE_MAX

/* When a shard needs a chip; I(rule, name in machines.json).
 *   ALWAYS       in every shard
 *   CPU_EVENTS   the shard has CPU events
 *   OWN_EVENTS   the chip's event list is not empty
 *   SENT_EVENTS  one of the shard's system calls has should_send
 *   NO_CPU       the shard has neither CPU events nor such that begin or end memory or page
 *                protection
 * With TRUSTED the program must besides have untrusted programs disabled, with UNTRUSTED enabled.
 */
#define TG_INCLUSION_LIST(I)                           \
    I(ALWAYS, "always")                                \
    I(CPU_EVENTS, "cpu events")                        \
    I(OWN_EVENTS, "own events")                        \
    I(OWN_EVENTS_TRUSTED, "own events, trusted")       \
    I(OWN_EVENTS_UNTRUSTED, "own events, untrusted")   \
    I(SENT_EVENTS_TRUSTED, "sent events, trusted")     \
    I(SENT_EVENTS_UNTRUSTED, "sent events, untrusted") \
    I(NO_CPU_TRUSTED, "no cpu events, trusted")        \
    I(NO_CPU_UNTRUSTED, "no cpu events, untrusted")

typedef enum tg_inclusion {
#define TG_INCLUSION_CONSTANT(rule, name) TG_INCLUSION_##rule,
    TG_INCLUSION_LIST(TG_INCLUSION_CONSTANT)
#undef TG_INCLUSION_CONSTANT
        TG_NB_INCLUSIONS
} tg_inclusion;

/* What inclusion depends on besides a chip's own events. */
typedef struct tg_shard_facts {
    bool has_cpu_events;
    bool has_end_events; /* events that begin or end memory or page protection */
    bool is_untrusted;   /* the program has untrusted programs enabled */
} tg_shard_facts;

/* A chip as one machine has it. */
typedef struct tg_machine_chip {
    const char *name;            /* as SP1 names it in this machine; what orders chips */
    uint32_t width;              /* main columns */
    uint32_t preprocessed_width; /* 0: none */
    uint32_t height;             /* rows that its main trace always has; 0: as its events demand */
    tg_inclusion inclusion;
    bool is_device[TG_NB_KINDS]; /* SP1 makes its trace of this kind on the device */
    uint16_t own; /* 1 + index of our chip, as tg_chip_at counts; 0: none. See tg_machine_trace */
} tg_machine_chip;

/* A set of chips that a verifier accepts as those of a shard. */
typedef struct tg_cluster {
    const char *id; /* unique in its machine */
    size_t nb_chips;
    const uint16_t *chips; /* [nb_chips] indices into the machine's chips, in byte order of names */
} tg_cluster;

/* Public values that belong together. */
typedef struct tg_public_value_field {
    const char *name;
    size_t offset; /* of the first, among the shard's public values */
    size_t length;
} tg_public_value_field;

typedef struct tg_machine {
    const char *id;       /* "recursion-compress", "riscv-mprotect" */
    const char *short_id; /* "compress"; the id itself where nothing can be left out */
    const char *text;     /* what it is, one line */
    bool is_riscv;
    size_t nb_chips;
    const tg_machine_chip *chips; /* [nb_chips] in machine order */
    const uint16_t *by_name;      /* [nb_chips] indices into chips, in byte order of names */
    size_t nb_clusters;
    const tg_cluster *clusters; /* [nb_clusters]; of two that are equally good the first counts */
    size_t nb_public_values;    /* the machine's own, <= TG_NB_SHARD_PUBLIC_VALUES */
    size_t nb_fields;
    const tg_public_value_field *fields; /* [nb_fields] ascending, without gaps, from 0 to
                                            nb_public_values */
    unsigned max_log_rows;               /* rows of a trace are at most 2^this, as SP1 sets it */
    unsigned log_stacking_height; /* sections of a jagged trace are multiples of 2^this words */
    size_t jagged_words;          /* that SP1 has for a jagged trace */
} tg_machine;

#ifdef __cplusplus
extern "C" {
#endif

/* All machines. */
size_t tg_nb_machines(void);
const tg_machine *tg_machine_at(size_t index);

/* The machine of an id or a short id.
 * Errors  TG_ERR_USAGE; says the nearest id, if one is near */
TG_NODISCARD tg_status tg_machine_find(const tg_machine **machine, const char *id, tg_error *error);

/* Index of the chip of this name in the machine's order.
 * Errors  TG_ERR_USAGE; says the nearest name, if one is near */
TG_NODISCARD tg_status tg_machine_find_chip(size_t *chip, const tg_machine *machine,
                                            const char *name, tg_error *error);

/* Our trace of a chip of a machine; NULL: it has no trace of this kind, or none of ours.
 * chip < machine->nb_chips */
const tg_trace *tg_machine_trace(const tg_machine *machine, size_t chip, tg_kind kind);

/* Columns of a chip's trace of a kind; 0: it has none. */
size_t tg_machine_width(const tg_machine *machine, size_t chip, tg_kind kind);

/* Whether a shard needs a chip.
 * has_events  the chip's event list is not empty; where the rule is of sent events: one is sent */
bool tg_machine_includes(const tg_machine *machine, size_t chip, const tg_shard_facts *facts,
                         bool has_events);

/* Index of the smallest cluster that has all included chips; of several the first.
 * is_included  [machine->nb_chips]
 * Errors       TG_ERR_USAGE if no cluster has them all, naming them and those among them that are
 *              in no cluster which has all the others; *cluster is then TG_NO_CLUSTER
 */
TG_NODISCARD tg_status tg_machine_smallest_cluster(size_t *cluster, const tg_machine *machine,
                                                   const bool *is_included, tg_error *error);

/* Name of a public value: "next_pc[2]", "exit_code"; "zero[3]" behind the machine's own.
 * name: TG_NAME_BYTES bytes, caller's. Returns name. index < TG_NB_SHARD_PUBLIC_VALUES */
const char *tg_machine_public_value_name(char *name, const tg_machine *machine, size_t index);

/* Public values by the name of their field; NULL if the machine has none of this name. */
const tg_public_value_field *tg_machine_field(const tg_machine *machine, const char *name);

/* A chip's inclusion rule as machines.json names it. */
const char *tg_inclusion_name(tg_inclusion inclusion);

#ifdef __cplusplus
}
#endif

#endif
