/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe: what sizeof and offsetof are of the struct that a user's kernel takes for an
 * event, compiled as the kernel is, compared with the model's event. A struct that differs is one
 * finding; launched with it, a kernel would make a thousand wrong cells.
 */
#ifndef TRACEGATE_MODULES_PROBE_H
#define TRACEGATE_MODULES_PROBE_H

#include "modules/manifest.h"

typedef struct tg_probe {
    const tg_manifest_entry *entry; /* its layout has a struct_name */
    bool on_device;                 /* by NVRTC, for arch; else by the system's compiler */
    unsigned arch;
    /* As tg_user_options' */
    void (*on_log)(void *context, const char *source, const char *log);
    void *context;
} tg_probe;

/* Compile a program that knows both the source, or the layout's header, and the struct; run it in a
 * process of its own; compare.
 * layout  NULL where nothing differs, and after an error; else to be destroyed. It points into
 *         the entry
 * Errors  TG_ERR_FORMAT for a source that has no such struct, or that does not compile: the
 *         compiler's words go to on_log; those of tg_host_build_run and tg_device_build_run; of a
 *         device that cannot run it TG_ERR_UNAVAILABLE */
TG_NODISCARD tg_status tg_probe_run(tg_user_layout **layout, const tg_probe *probe,
                                    tg_error *error);

/* NULL is taken. */
void tg_probe_destroy(tg_user_layout *layout);

#endif
