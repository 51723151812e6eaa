/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON that is made without memory: each nth call that takes some fails. */
#include "fault.h"
#include "files/json_tree.h"
#include "suite.h"

#include <stdio.h>

/* Make a tree of all kinds of values, larger than what is taken at once. */
static tg_status make(tg_error *error)
{
    tg_json_tree tree;
    tg_json_tree other;
    tg_status status = tg_json_tree_init(&tree, error);
    if (status != TG_OK) return status;
    status = tg_json_tree_init(&other, error);
    if (status != TG_OK) {
        tg_json_tree_clear(&tree);
        return status;
    }
    tg_json_node *list = tg_json_put_array(&tree, tree.root, "list");
    for (size_t i = 0; i < 300; i++) {
        tg_json_node *item = tg_json_put_object(&tree, list, NULL);
        tg_json_put_count(&tree, item, "count", i);
        tg_json_put_real(&tree, item, "real", 0.5);
        tg_json_put_text(&tree, item, "text", "bytes that are no text: \xff\xff\xff");
        tg_json_put_copy(&other, other.root, "copy", item);
    }
    if (list != NULL && !tree.has_failed) tg_json_cut_array(&tree, list, 3);
    tg_json_put_copy(&other, other.root, "list", tree.root);
    status = tg_json_tree_status(&tree, error);
    if (status == TG_OK) status = tg_json_tree_status(&other, error);
    tg_json_tree_clear(&tree);
    tg_json_tree_clear(&other);
    return status;
}

START_TEST(json_tree_fault_ends_in_an_error)
{
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = make(&error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
    ck_assert_int_ge(nth, 8);
}
END_TEST

TG_SUITE("json_tree_fault", json_tree_fault_ends_in_an_error)
