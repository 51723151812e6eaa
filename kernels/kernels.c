/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The table of all kernels, expanded from chips.def. */
#include "kernels/kernels.h"

#define TG_DECLARE(id, kind) tg_host_kernel tg_krn_host_##id##_##kind;
#define TG_ENTRY(id, kind) tg_krn_host_##id##_##kind,

#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_DECLARE, id)
#include "model/chips.def"
#undef TG_CHIP

static tg_host_kernel *const kernels[] = {
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_ENTRY, id)
#include "model/chips.def"
#undef TG_CHIP
};

tg_host_kernel *tg_krn_host_at(size_t index)
{
    TG_VERIFY_CHECK(index < sizeof kernels / sizeof kernels[0]);
    return kernels[index];
}
