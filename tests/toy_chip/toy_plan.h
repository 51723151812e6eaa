/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plan of Toy: a block that the rule, which ends at 256, cannot give, so that a test sees
 * whose it is. */
#ifndef TRACEGATE_GPU_TOY_PLAN_H
#define TRACEGATE_GPU_TOY_PLAN_H

#define TG_SHAPE_toy_main .block = 480

#endif
