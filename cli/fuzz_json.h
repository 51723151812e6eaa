/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A campaign's results as JSON.
 */
#ifndef TRACEGATE_CLI_FUZZ_JSON_H
#define TRACEGATE_CLI_FUZZ_JSON_H

#include "harness/campaign.h"

#include <stdio.h>

/* Print one object: counts, a list of traces with what was reached of their classes, a list of
 * findings with the line that makes each again.
 * status  what tg_campaign_run returned */
void tg_fuzz_json_print(FILE *out, const tg_campaign *campaign, tg_status status);

#endif
