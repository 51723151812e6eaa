/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A test of your own suite that gates your own kernel: exits 0 if every cell is right. */
#include <stdio.h>
#include <tracegate/tracegate.h>

int main(int argc, char **argv)
{
    const char *const traces[] = {"Select.main"};
    const tracegate_gate_options options = {.struct_size = sizeof options,
                                            .traces = traces,
                                            .nb_traces = 1,
                                            .kernel = "my_select.cu:my_select_main",
                                            .defines = (const char *const *)argv + 1,
                                            .nb_defines = (size_t)argc - 1};
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    const tracegate_status status = tracegate_gate(&verdict, &options);
    fputs(verdict.text, stdout);
    if (verdict.what[0]) printf("%s %s: %s\n", verdict.what, verdict.where, verdict.how);
    tracegate_verdict_clear(&verdict);
    return status;
}
