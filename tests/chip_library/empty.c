/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A shared library that is no chip library. */
extern int tg_chip_library_nothing;
int tg_chip_library_nothing = 1;
