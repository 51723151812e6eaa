/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Numbers of things in words, for reports: one thing is not "1 things". */
#ifndef TRACEGATE_HARNESS_WORDS_H
#define TRACEGATE_HARNESS_WORDS_H

#include <stddef.h>

#define TG_WORDS_BYTES 128

/* What a noun ends in where it stands for so many things. */
static inline const char *tg_plural(size_t nb) { return nb == 1 ? "" : "s"; }

/* Nouns are given as of one thing, verbs as of many ("hold", "are"); verb NULL: without one. All
 * return text.
 *   tg_counted  "1 word differs", "12 words differ"
 *   tg_all      "the one wrong row is", "all 12 wrong rows are"
 *   tg_share    "the one wrong cell holds", "1 of 12 wrong cells holds", "12 of 12 wrong cells
 *               hold" */
const char *tg_counted(char text[TG_WORDS_BYTES], size_t nb, const char *noun, const char *verb);
const char *tg_all(char text[TG_WORDS_BYTES], size_t nb, const char *noun, const char *verb);
const char *tg_share(char text[TG_WORDS_BYTES], size_t nb, size_t whole, const char *noun,
                     const char *verb);

#endif
