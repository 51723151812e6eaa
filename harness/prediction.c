/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which property tells wrong events from right ones.
 *
 * Each property is counted over the events that are looked at. The first one that all wrong events
 * have and no right one has is taken; else the first pair of properties of which this is true; else
 * the one that says most.
 */
#include "harness/prediction.h"

#include "harness/prediction_internal.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* Properties that all wrong events have, of which pairs are tried. */
#define MAX_NEEDED 64u

/* The same, for pairs of any two. */
#define MAX_MERE 24u

/* Wrong events from which on pairs of properties, those that are not plain, and those that have
 * exceptions are believed. */
#define MIN_FOR_PAIRS 4u
#define MIN_FOR_MOST 2u
#define MIN_FOR_EXCEPTIONS 3u

/* With fewer wrong events, one of a pair must be plain and leave one of so many right events. */
#define RARE 20u

/* What the best property that has exceptions must tell apart, in percent: the share of wrong events
 * with it less that of right ones. */
#define MIN_GAIN 80

/* A value that all of so many wrong events have is no chance even if more right ones have it. */
#define MIN_FOR_NEEDED 20u
#define MIN_GAIN_OF_NEEDED 50

/* ---- counting ---- */

typedef struct support {
    size_t nb_wrong_with;
    size_t nb_right_with;
} support;

static support count(const property *own, const prediction_input *input)
{
    support all = {0};
    for (size_t i = 0; i < input->nb; i++) {
        if (!property_holds(own, input, input->which[i])) continue;
        *(input->is_wrong[i] ? &all.nb_wrong_with : &all.nb_right_with) += 1;
    }
    return all;
}

static size_t count_wrong(const prediction_input *input)
{
    size_t nb = 0;
    for (size_t i = 0; i < input->nb; i++) {
        nb += input->is_wrong[i];
    }
    return nb;
}

/* The search so far. */
typedef struct search {
    const prediction_input *input;
    size_t nb_wrong;
    size_t nb_right;
    size_t nb_needed;
    property needed[MAX_NEEDED];     /* all wrong events have them, and not all right ones */
    size_t needed_right[MAX_NEEDED]; /* right events that have them */
    bool has_best;
    property best; /* the one that says most */
    support best_support;
    int best_gain;
} search;

static bool is_believed(const search *at, const property *own)
{
    return property_is_plain(own) || at->nb_wrong >= MIN_FOR_MOST;
}

/* Keep the properties that leave the fewest right events. */
static void need(search *at, const property *own, size_t nb_right_with)
{
    size_t place = at->nb_needed < MAX_NEEDED ? at->nb_needed++ : MAX_NEEDED;
    if (place == MAX_NEEDED) {
        if (at->needed_right[MAX_NEEDED - 1] <= nb_right_with) return;
        place--;
    }
    for (; place > 0 && at->needed_right[place - 1] > nb_right_with; place--) {
        at->needed[place] = at->needed[place - 1];
        at->needed_right[place] = at->needed_right[place - 1];
    }
    at->needed[place] = *own;
    at->needed_right[place] = nb_right_with;
}

/* Look at one property. True if it is without exceptions. */
static bool look_at(search *at, const property *own)
{
    if (!is_believed(at, own)) return false;
    const support with = count(own, at->input);
    const int gain = (int)(100 * with.nb_wrong_with / at->nb_wrong) -
                     (int)((100 * with.nb_right_with + at->nb_right - 1) / at->nb_right);
    // That a field is not 0, or not another one, most events have.
    const bool is_mere = property_kind(own) == PREDICTION_RELATIONS && !property_is_plain(own) &&
                         with.nb_wrong_with != at->nb_wrong;
    if (!is_mere && (!at->has_best || gain > at->best_gain)) {
        at->has_best = true;
        at->best = *own;
        at->best_support = with;
        at->best_gain = gain;
    }
    if (with.nb_wrong_with != at->nb_wrong) return false;
    if (with.nb_right_with == 0) return true;
    if (with.nb_right_with < at->nb_right) need(at, own, with.nb_right_with);
    return false;
}

/* Whether no right event has both. */
static bool exclude(const property *a, const property *b, const prediction_input *input)
{
    for (size_t i = 0; i < input->nb; i++) {
        if (!input->is_wrong[i] && property_holds(a, input, input->which[i]) &&
            property_holds(b, input, input->which[i]))
            return false;
    }
    return true;
}

/* Whether a property that all wrong events have would be one to believe by itself. */
static bool is_rare(const search *at, size_t index)
{
    return property_is_plain(&at->needed[index]) &&
           property_kind(&at->needed[index]) == PREDICTION_VALUES &&
           at->needed_right[index] <= at->nb_right / RARE;
}

/* Whether both say what one field is not. */
static bool are_of_one_field(const property *a, const property *b)
{
    return a->number == b->number && a->sort == PROPERTY_NOT_ZERO && b->sort == PROPERTY_NOT_ONE;
}

/* Whether two properties may be a pair: no more than one of both is a mere relation, unless both
 * are of one field, or events are many. */
static bool may_be_pair(const property *a, const property *b, bool are_many)
{
    return property_kind(a) == PREDICTION_VALUES || property_kind(b) == PREDICTION_VALUES ||
           are_of_one_field(a, b) || are_of_one_field(b, a) || are_many;
}

/* The simplest pair without exceptions.
 * nb        of the needed properties, that are paired
 * are_many  any two may be a pair */
static bool find_pair(property chosen[2], const search *at, size_t nb, bool are_many)
{
    bool is_found = false;
    unsigned least = 0;
    for (size_t i = 0; i < nb; i++) {
        for (size_t k = i + 1; k < nb; k++) {
            const property *a = &at->needed[i];
            const property *b = &at->needed[k];
            const unsigned cost = (unsigned)a->sort + (unsigned)b->sort;
            if (!may_be_pair(a, b, are_many)) continue;
            if (at->nb_wrong < MIN_FOR_PAIRS && !is_rare(at, i) && !is_rare(at, k)) continue;
            if ((is_found && cost >= least) || !exclude(a, b, at->input)) continue;
            is_found = true;
            least = cost;
            chosen[0] = a->sort <= b->sort ? *a : *b;
            chosen[1] = a->sort <= b->sort ? *b : *a;
        }
    }
    return is_found;
}

/* The simplest pair of any two, where there are so many events of each class that it is no chance.
 * Only those are paired that leave the fewest right events. */
static bool find_mere_pair(property chosen[2], const search *at)
{
    const size_t nb = at->nb_needed < MAX_MERE ? at->nb_needed : MAX_MERE;
    return at->nb_wrong >= MIN_FOR_NEEDED && at->nb_right >= MIN_FOR_NEEDED &&
           find_pair(chosen, at, nb, true);
}

/* ---- the choice ---- */

/* Whether the last event alone is wrong. That it has a value that no other has is more likely to be
 * chance than that the one event with such a value is the last. */
static bool is_last_alone(const search *at)
{
    const prediction_input *input = at->input;
    return at->nb_wrong == 1 && input->is_wrong[input->nb - 1] &&
           input->which[input->nb - 1] + 1 == input->nb_events;
}

/* Whether the property that says most says enough. */
static bool is_telling(const search *at)
{
    if (!at->has_best || at->nb_wrong < MIN_FOR_EXCEPTIONS) return false;
    const bool is_needed = at->best_support.nb_wrong_with == at->nb_wrong &&
                           at->nb_wrong >= MIN_FOR_NEEDED && property_is_plain(&at->best) &&
                           property_kind(&at->best) == PREDICTION_VALUES;
    return at->best_gain >= (is_needed ? MIN_GAIN_OF_NEEDED : MIN_GAIN);
}

static prediction_choice choose(const search *at, const property *exact)
{
    prediction_choice made = {0};
    if (is_last_alone(at)) {
        made.nb = 1;
        made.chosen[0] = (property){.sort = PROPERTY_FINAL};
    } else if (exact != NULL) {
        made.nb = 1;
        made.chosen[0] = *exact;
    } else if (at->nb_wrong >= MIN_FOR_MOST && (find_pair(made.chosen, at, at->nb_needed, false) ||
                                                find_mere_pair(made.chosen, at))) {
        made.nb = 2;
    } else if (is_telling(at)) {
        made.nb = 1;
        made.chosen[0] = at->best;
    }
    return made;
}

static bool has_all(const prediction_choice *made, const prediction_input *input, size_t event)
{
    for (size_t i = 0; i < made->nb; i++) {
        if (!property_holds(&made->chosen[i], input, event)) return false;
    }
    return true;
}

static void describe(prediction_found *found, const prediction_choice *made, const tg_trace *trace)
{
    char *text = found->prediction.property;
    for (size_t i = 0; i < made->nb; i++) {
        char one[TG_PROPERTY_BYTES];
        (void)property_text(one, sizeof one, &made->chosen[i], trace);
        const size_t length = strlen(text);
        (void)snprintf(text + length, TG_PROPERTY_BYTES - length, "%s%s", i == 0 ? "" : " and ",
                       one);
        const prediction_kind kind = property_kind(&made->chosen[i]);
        // A value with a relation is still about values.
        if (i == 0 || kind == PREDICTION_PLACES) found->kind = kind;
    }
    if (made->nb == 2 && are_of_one_field(&made->chosen[0], &made->chosen[1]))
        found->kind = PREDICTION_VALUES;
}

tg_status prediction_find(prediction_found *found, prediction_choice *made,
                          const prediction_input *input, tg_error *error)
{
    memset(found, 0, sizeof *found);
    memset(made, 0, sizeof *made);
    search at = {.input = input, .nb_wrong = count_wrong(input)};
    at.nb_right = input->nb - at.nb_wrong;
    if (at.nb_wrong == 0 || at.nb_right < TG_PREDICTION_MIN_RIGHT ||
        input->nb < TG_PREDICTION_MIN_ALL || input->trace->event == NULL)
        return TG_OK;
    void *buffer = NULL;
    const tg_status status =
        tg_buffer_create(&buffer, PREDICTION_MAX_PROPERTIES, sizeof(property), error);
    if (status != TG_OK) return status;
    property *properties = buffer;
    const size_t nb = prediction_list(properties, input);
    const property *exact = NULL;
    for (size_t i = 0; i < nb && exact == NULL; i++) {
        if (look_at(&at, &properties[i])) exact = &properties[i];
    }
    *made = choose(&at, exact);
    tg_buffer_destroy(buffer);
    describe(found, made, input->trace);
    return TG_OK;
}

void prediction_count(tg_prediction *prediction, const prediction_choice *made,
                      const prediction_input *input, const size_t *which, size_t nb,
                      const bool *is_wrong)
{
    for (size_t i = 0; i < nb; i++) {
        const bool has = made->nb != 0 && has_all(made, input, which != NULL ? which[i] : i);
        prediction->nb_wrong += is_wrong[i];
        prediction->nb_wrong_with += is_wrong[i] && has;
        prediction->nb_right += !is_wrong[i];
        prediction->nb_right_with += !is_wrong[i] && has;
    }
}

/* ---- events of a trace ---- */

/* Choose up to PREDICTION_MAX_OF_CLASS of the wrong and of the right events, ascending.
 * which, flags  [2 * PREDICTION_MAX_OF_CLASS + 2]. Returns their number. */
static size_t thin_out(size_t *which, bool *flags, const bool *is_wrong, size_t nb_events)
{
    size_t nb_of[2] = {0, 0};
    size_t seen[2] = {0, 0};
    size_t nb = 0;
    for (size_t i = 0; i < nb_events; i++) {
        nb_of[is_wrong[i]]++;
    }
    for (size_t i = 0; i < nb_events; i++) {
        const size_t class = is_wrong[i];
        const size_t step = (nb_of[class] + PREDICTION_MAX_OF_CLASS - 1) / PREDICTION_MAX_OF_CLASS;
        if (seen[class]++ % step != 0) continue;
        which[nb] = i;
        flags[nb++] = is_wrong[i];
    }
    return nb;
}

tg_status tg_predict(tg_prediction *prediction, const tg_trace *trace, const void *events,
                     size_t nb_events, const bool *is_wrong, size_t block, tg_error *error)
{
    memset(prediction, 0, sizeof *prediction);
    if (trace->event == NULL || events == NULL) return TG_OK;
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    void *which = NULL;
    void *flags = NULL;
    tg_status status =
        tg_buffer_create(&which, 2 * PREDICTION_MAX_OF_CLASS + 2, sizeof(size_t), error);
    if (status == TG_OK)
        status = tg_buffer_create(&flags, 2 * PREDICTION_MAX_OF_CLASS + 2, sizeof(bool), error);
    if (status == TG_OK) {
        prediction_input input = {.trace = trace,
                                  .events = events,
                                  .nb_events = nb_used,
                                  .which = which,
                                  .is_wrong = flags,
                                  .block = block};
        input.nb = thin_out(which, flags, is_wrong, nb_used);
        prediction_found found;
        prediction_choice made;
        status = prediction_find(&found, &made, &input, error);
        *prediction = found.prediction;
        if (status == TG_OK) prediction_count(prediction, &made, &input, NULL, nb_used, is_wrong);
    }
    tg_buffer_destroy(which);
    tg_buffer_destroy(flags);
    return status;
}

const char *tg_prediction_text(char *text, size_t size, const tg_prediction *prediction)
{
    const tg_prediction *said = prediction;
    text[0] = '\0';
    if (said->property[0] == '\0') return text;
    char wrong[64];
    char right[64];
    if (said->nb_wrong_with == said->nb_wrong) {
        (void)snprintf(wrong, sizeof wrong,
                       said->nb_wrong == 1 ? "the wrong event has" : "all %zu wrong events have",
                       said->nb_wrong);
    } else {
        (void)snprintf(wrong, sizeof wrong, "%zu of %zu wrong events have", said->nb_wrong_with,
                       said->nb_wrong);
    }
    if (said->nb_right_with == 0) {
        (void)snprintf(right, sizeof right, "of %zu right ones none has", said->nb_right);
    } else {
        (void)snprintf(right, sizeof right, "of %zu right ones %zu have", said->nb_right,
                       said->nb_right_with);
    }
    (void)snprintf(text, size, "%s %s; %s", wrong, said->property, right);
    return text;
}
