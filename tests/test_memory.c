/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checked sizes and buffers. */
#include "model/memory.h"
#include "suite.h"

#include <string.h>

START_TEST(memory_products_that_fit)
{
    static const size_t factors[][3] = {
        {0, 0, 0},
        {0, SIZE_MAX, 0},
        {SIZE_MAX, 0, 0},
        {1, SIZE_MAX, SIZE_MAX},
        {SIZE_MAX, 1, SIZE_MAX},
        {SIZE_MAX / 3, 3, SIZE_MAX / 3 * 3},
        {(size_t)1 << 32, ((size_t)1 << 32) - 1, SIZE_MAX - ((size_t)1 << 32) + 1},
        {1024, 179, 183296},
    };
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        size_t product = 77;
        tg_assert_ok(tg_size_multiply(&product, factors[i][0], factors[i][1], tg_suite_error));
        ck_assert_uint_eq(product, factors[i][2]);
    }
}
END_TEST

START_TEST(memory_products_that_overflow)
{
    static const size_t factors[][2] = {
        {SIZE_MAX, 2},
        {2, SIZE_MAX},
        {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 3 + 1, 3},
        {(size_t)1 << 32, (size_t)1 << 32},
    };
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        size_t product = 77;
        tg_assert_fails(TG_ERR_SIZE, "does not fit",
                        tg_size_multiply(&product, factors[i][0], factors[i][1], tg_suite_error));
        ck_assert_uint_eq(product, 77);
    }
}
END_TEST

START_TEST(memory_buffers_are_aligned_and_writable)
{
    for (size_t bytes = 0; bytes <= 300; bytes++) {
        void *buffer = NULL;
        tg_assert_ok(tg_buffer_create(&buffer, bytes, 1, tg_suite_error));
        ck_assert_ptr_nonnull(buffer);
        ck_assert_uint_eq((uintptr_t)buffer % 64, 0);
        memset(buffer, 0x5a, bytes);
        tg_buffer_destroy(buffer);
    }
}
END_TEST

START_TEST(memory_buffers_of_no_size)
{
    static const size_t sizes[][2] = {{0, 0}, {0, 8}, {8, 0}, {0, SIZE_MAX}, {SIZE_MAX, 0}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *buffer = NULL;
        tg_assert_ok(tg_buffer_create(&buffer, sizes[i][0], sizes[i][1], tg_suite_error));
        ck_assert_ptr_nonnull(buffer);
        tg_buffer_destroy(buffer);
    }
    tg_buffer_destroy(NULL);
}
END_TEST

START_TEST(memory_buffers_that_are_too_large)
{
    int something = 0;
    void *buffer = &something;
    tg_assert_fails(TG_ERR_SIZE, "does not fit",
                    tg_buffer_create(&buffer, SIZE_MAX, 4, tg_suite_error));
    ck_assert_ptr_null(buffer);
    // Rounding up to the alignment must not wrap either.
    for (size_t below = 0; below < 64; below++) {
        buffer = &something;
        tg_assert_fails(TG_ERR_SIZE, "not fit",
                        tg_buffer_create(&buffer, SIZE_MAX - below, 1, tg_suite_error));
        ck_assert_ptr_null(buffer);
    }
}
END_TEST

TG_SUITE("memory", memory_products_that_fit, memory_products_that_overflow,
         memory_buffers_are_aligned_and_writable, memory_buffers_of_no_size,
         memory_buffers_that_are_too_large)
