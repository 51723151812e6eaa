/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library that has nothing of what its name promises. */
int tg_fake_nothing(void);

int tg_fake_nothing(void) { return 0; }
