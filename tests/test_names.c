/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Names that users give: of chips, of fields, of files. */
#include "model/names.h"

#include "suite.h"

#include <string.h>

START_TEST(names_end_with)
{
    ck_assert(tg_ends_with("kernel.c", ".c"));
    ck_assert(tg_ends_with(".c", ".c"));
    ck_assert(tg_ends_with("kernel.c", ""));
    ck_assert(!tg_ends_with("kernel.cu", ".c"));
    ck_assert(!tg_ends_with("c", ".c"));
}
END_TEST

START_TEST(names_of_chips)
{
    char name[TG_NAME_BYTES / 2 + 1];
    ck_assert(tg_is_chip_name("MyChip2"));
    static const char *const none[] = {"", "2Chips", "_Chip", "My_Chip", "My.main", "My Chip"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        ck_assert_msg(!tg_is_chip_name(none[i]), "%s", none[i]);
    memset(name, 'a', sizeof name);
    name[TG_NAME_BYTES / 2] = '\0';
    ck_assert(!tg_is_chip_name(name));
    name[TG_NAME_BYTES / 2 - 1] = '\0';
    ck_assert(tg_is_chip_name(name));
}
END_TEST

START_TEST(names_of_fields)
{
    ck_assert(tg_is_field_name("op_a.ptr[3]"));
    static const char *const none[] = {"", "3", "_a", ".a", "a-b", "a b"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        ck_assert_msg(!tg_is_field_name(none[i]), "%s", none[i]);
}
END_TEST

TG_SUITE("names", names_end_with, names_of_chips, names_of_fields)
