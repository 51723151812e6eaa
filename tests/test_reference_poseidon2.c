/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference's Poseidon2 and the rows of Poseidon2WideDeg3.main against vectors from outside
 * this project. */
#include "model/poseidon2_wide.h"
#include "reference/field.h"
#include "reference/poseidon2.h"
#include "reference/reference.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define NB(array) (sizeof(array) / sizeof((array)[0]))
#define WIDTH TG_REF_POSEIDON2_WIDTH
#define NB_COLUMNS (sizeof(tg_poseidon2_wide_main_columns) / sizeof(uint32_t))

/* The first is published in SP1 v6.2.0, crates/recursion/gnark-ffi/go/main.go; the others were
 * computed apart from this project from the definition of the permutation. Residues. */
static const struct {
    uint32_t input[WIDTH];
    uint32_t output[WIDTH];
} permutations[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     {145589356, 1876041682, 1734203622, 499355069, 673349476, 595701365, 270340205, 131707822,
      1236787881, 1085405948, 2065733208, 1999012278, 2062318124, 1616707536, 324813015,
      749520722}},
    {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
     {1122135345, 1045629338, 1970715934, 1393657630, 1125077743, 1448920667, 1136124461,
      1394345233, 440938409, 1383700389, 1295355015, 1199942331, 1940347332, 701867908, 1864870999,
      1278537193}},
    {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
     {1028402160, 1336023551, 1247226230, 452505083, 576410521, 24192935, 496452173, 951188711,
      1739107831, 1383428939, 1192826830, 1741569479, 278097016, 868568656, 1450886773, 121831630}},
    {{2130706432, 2130706432, 2130706432, 2130706432, 2130706432, 2130706432, 2130706432,
      2130706432, 2130706432, 2130706432, 2130706432, 2130706432, 2130706432, 2130706432,
      2130706432, 2130706432},
     {2024472154, 567334952, 895032998, 1097239648, 449920210, 1557608579, 1713040189, 830651449,
      1650491042, 2017795679, 1108368992, 861553668, 1423975057, 19721344, 1400752249, 58455348}},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
     {1185309448, 514232789, 680966731, 1551872747, 106085445, 1416436625, 1215945949, 368215578,
      1620490820, 1207200775, 1052104716, 640713319, 1485050923, 1895310377, 933175836,
      1939938006}},
    {{16777217, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0},
     {1029234809, 79966342, 1772446222, 692906034, 210500181, 82999209, 122902336, 2063397672,
      593480392, 895828547, 1319296758, 131620025, 727021517, 2000390080, 523006907, 450754338}},
};

/* All columns of the rows of two inputs, computed likewise. */
static const uint32_t row_of_zeros[NB_COLUMNS] = {
    0,          0,          0,          0,          0,          0,          0,          0,
    0,          0,          0,          0,          0,          0,          0,          0,
    1324785618, 1891905109, 1701446814, 1862965114, 796201983,  525064913,  1513840750, 966677818,
    104568722,  489512458,  2018716943, 454656035,  280337147,  592658923,  513412517,  39611247,
    465536426,  1316861644, 1879621717, 401210509,  1160646176, 1238304940, 223966865,  1603370894,
    2123731777, 535614526,  401015953,  1690131985, 1236771091, 1087351242, 1407425535, 159665727,
    1826804975, 2069734353, 33496623,   1619158488, 2050503270, 1128385159, 2079700398, 1650061639,
    1653887699, 1681690125, 1127664856, 1627410432, 1283774971, 290717108,  2119063259, 1697509343,
    637878836,  15377940,   1256220423, 384713348,  1454165211, 1777777592, 1514647371, 1742748945,
    1682362116, 1371987735, 1496264761, 92119090,   1256527567, 1027638462, 1617888579, 2101145635,
    796549327,  188312064,  935465122,  1872803661, 1202695918, 1107418440, 1435627383, 1456181485,
    1366429232, 541389086,  1422633997, 499557077,  321690297,  1816383066, 350070178,  1497112587,
    2036907454, 142367370,  162141797,  132187945,  1421519497, 1710535398, 1081828811, 121595493,
    964065033,  554300055,  577694481,  1135614517, 880935776,  366614472,  1464584320, 103712262,
    123788918,  1191756893, 1448047952, 586970863,  2035225862, 950595252,  1196697344, 896850889,
    793934677,  52284365,   653497878,  2115456185, 2075086904, 221346241,  1505280760, 493522439,
    1742075293, 439040306,  223186417,  1179961564, 476566282,  157856937,  1146817583, 742333699,
    1766384976, 25022019,   1190910647, 774082574,  1102611097, 581599601,  585905847,  724461705,
    1319776657, 2127316876, 1758037011, 1574124586, 1490946456, 309841785,  809076599,  1466936556,
    724476786,  1933428531, 167703160,  56336580,   556208484,  248939187,  246503870,  1771366768,
    1666416050, 1960314312, 1819690673, 145589356,  1876041682, 1734203622, 499355069,  673349476,
    595701365,  270340205,  131707822,  1236787881, 1085405948, 2065733208, 1999012278, 2062318124,
    1616707536, 324813015,  749520722,
};

static const uint32_t row_of_0_to_15[NB_COLUMNS] = {
    0,          1,          2,          3,          4,          5,          6,          7,
    8,          9,          10,         11,         12,         13,         14,         15,
    514550484,  1933812896, 1008796329, 1216705077, 512433514,  1239116661, 2059319888, 836484774,
    291405231,  968350404,  1952504384, 1481669885, 1550535266, 1033962974, 1955964332, 2003819720,
    1889505240, 568525640,  1734695195, 1114065465, 1017723214, 564081012,  396798283,  2013834717,
    2044074393, 762341863,  189130348,  1618329929, 1615860456, 1252819647, 1698824063, 462165398,
    679088764,  1413040483, 556285485,  530255825,  351581412,  1877404480, 1656787068, 448146175,
    1373159159, 2113552630, 2058744097, 219219484,  839501656,  1095457002, 1303777877, 532259036,
    1074570029, 1842876250, 1074445559, 1280292759, 2085455206, 1348666949, 2025254129, 1184108069,
    450080712,  879084554,  1873562210, 647650883,  1502417735, 110410497,  779586923,  981509505,
    114276018,  1538029461, 1464260781, 2007660786, 1506982783, 102335786,  1152541688, 64753455,
    170516127,  198627067,  1035936777, 1194045043, 975011991,  1286811518, 13101728,   1250372053,
    1304008731, 1372808611, 1800399386, 160191166,  1717962803, 1319377721, 1530777414, 1118135689,
    1416338308, 1107923107, 992578562,  375407860,  10001556,   18308408,   1313312610, 1488594418,
    222215168,  1321989397, 834567279,  1558009008, 1915816298, 1544220012, 1433955814, 1699199466,
    1631792662, 1916572255, 1373963115, 1847546411, 1116022213, 1913403214, 1609570579, 797664697,
    98914316,   1834024244, 1419837413, 929937533,  1584560739, 509163482,  1581541237, 1975352520,
    1687456260, 100845068,  128914995,  1983919447, 751550700,  302895016,  345543617,  1866863310,
    64872807,   721533305,  1747786692, 1033228997, 1405145663, 1325393901, 1894032833, 674116796,
    628608560,  1286049045, 197164864,  1177670062, 1703753848, 1432188246, 1805448349, 651645965,
    2026397334, 1658729009, 717955630,  1028402160, 1336023551, 1247226230, 452505083,  576410521,
    24192935,   496452173,  951188711,  1739107831, 1383428939, 1192826830, 1741569479, 278097016,
    868568656,  1450886773, 121831630,
};

START_TEST(reference_poseidon2_permutes_as_published)
{
    for (size_t i = 0; i < NB(permutations); i++) {
        uint32_t state[WIDTH];
        memcpy(state, permutations[i].input, sizeof state);
        tg_ref_poseidon2_permute(state);
        ck_assert_mem_eq(state, permutations[i].output, sizeof state);
    }
}
END_TEST

START_TEST(reference_poseidon2_layers_have_known_values)
{
    static const uint32_t external[WIDTH] = {208, 223, 238, 213, 236, 251, 266, 241,
                                             264, 279, 294, 269, 292, 307, 322, 297};
    static const uint32_t internal[WIDTH] = {
        1131937733, 58261444,   1098645443, 1032060863, 865599413,  466091933,
        1664614246, 1664614119, 1131937225, 1131936590, 1131935193, 1131932145,
        1131925541, 1131911317, 1131880837, 1131693893,
    };
    uint32_t state[WIDTH];
    for (uint32_t i = 0; i < WIDTH; i++) {
        state[i] = i;
    }
    tg_ref_poseidon2_external_layer(state);
    ck_assert_mem_eq(state, external, sizeof state);
    for (uint32_t i = 0; i < WIDTH; i++) {
        state[i] = i;
    }
    tg_ref_poseidon2_internal_layer(state);
    ck_assert_mem_eq(state, internal, sizeof state);
}
END_TEST

/* Layers of the largest state stay in the field: sums of products do not overflow. */
START_TEST(reference_poseidon2_layers_take_the_largest_elements)
{
    // All elements are -1: the external layer's rows sum to 7 * 5, the internal one's to 16 + d[i],
    // times R^-1.
    uint32_t state[WIDTH];
    for (size_t i = 0; i < WIDTH; i++) {
        state[i] = TG_P - 1;
    }
    tg_ref_poseidon2_external_layer(state);
    for (size_t i = 0; i < WIDTH; i++) {
        ck_assert_uint_eq(state[i], TG_P - 35);
        state[i] = TG_P - 1;
    }
    tg_ref_poseidon2_internal_layer(state);
    ck_assert_uint_eq(state[0], tg_ref_from_word(TG_P - 14));
    ck_assert_uint_eq(state[1], tg_ref_from_word(TG_P - 17));
    ck_assert_uint_eq(state[14], tg_ref_from_word(TG_P - 16 - 8192));
    ck_assert_uint_eq(state[15], tg_ref_from_word(TG_P - 16 - 32768));
}
END_TEST

static const tg_trace *wide_main(const tg_ref_generator **generator)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        *generator = tg_ref_at(i);
        if (strcmp(tg_trace_at(i)->name, "Poseidon2WideDeg3.main") == 0) return tg_trace_at(i);
    }
    ck_abort_msg("no Poseidon2WideDeg3.main");
    return NULL;
}

static void fill_event(tg_poseidon2_wide_event *event, size_t vector)
{
    for (size_t i = 0; i < WIDTH; i++) {
        event->input[i] = tg_ref_to_word(permutations[vector].input[i]);
        event->output[i] = tg_ref_to_word(permutations[vector].output[i]);
    }
}

START_TEST(reference_poseidon2_rows_hold_all_states)
{
    // Vector 2 is the permutation of 0, 1, ..., 15; the rest of the 33 rows is padding, which is
    // the row of zeros.
    const tg_ref_generator *generator = NULL;
    const tg_trace *trace = wide_main(&generator);
    tg_poseidon2_wide_event events[2];
    fill_event(&events[0], 2);
    fill_event(&events[1], 0);
    const size_t height = 33;
    uint32_t *cells = malloc(height * NB_COLUMNS * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    memset(cells, 0xa5, height * NB_COLUMNS * sizeof *cells);
    tg_assert_ok(tg_ref_make(
        &(tg_product){.cells = cells}, generator,
        &(tg_request){.trace = trace, .height = height, .events = events, .nb_events = 2},
        tg_suite_error));
    for (size_t column = 0; column < NB_COLUMNS; column++) {
        ck_assert_uint_eq(cells[column * height], tg_ref_to_word(row_of_0_to_15[column]));
        for (size_t row = 1; row < height; row++) {
            ck_assert_uint_eq(cells[column * height + row], tg_ref_to_word(row_of_zeros[column]));
        }
    }
    free(cells);
}
END_TEST

START_TEST(reference_poseidon2_refuses_a_wrong_output)
{
    const tg_ref_generator *generator = NULL;
    const tg_trace *trace = wide_main(&generator);
    tg_poseidon2_wide_event events[20];
    for (size_t i = 0; i < NB(events); i++) {
        fill_event(&events[i], i % NB(permutations));
    }
    uint32_t *cells = malloc(32 * NB_COLUMNS * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    // Every element of the output counts; 1 more or less is enough.
    for (size_t i = 0; i < WIDTH; i++) {
        const uint32_t good = events[17].output[i];
        events[17].output[i] = (good + 1) % TG_P;
        tg_assert_fails(
            TG_ERR_EVENT,
            "event 17 of Poseidon2WideDeg3.main: its output is not the permutation of its input",
            tg_ref_make(&(tg_product){.cells = cells}, generator,
                        &(tg_request){.trace = trace,
                                      .height = 32,
                                      .events = events,
                                      .nb_events = NB(events)},
                        tg_suite_error));
        events[17].output[i] = good;
    }
    tg_assert_ok(tg_ref_make(
        &(tg_product){.cells = cells}, generator,
        &(tg_request){.trace = trace, .height = 32, .events = events, .nb_events = NB(events)},
        tg_suite_error));
    // The event of zeros makes the padding, and is wrong as an event.
    memset(&events[0], 0, sizeof events[0]);
    tg_assert_fails(
        TG_ERR_EVENT, "event 0 of",
        tg_ref_make(&(tg_product){.cells = cells}, generator,
                    &(tg_request){.trace = trace, .height = 32, .events = events, .nb_events = 1},
                    tg_suite_error));
    free(cells);
}
END_TEST

TG_SUITE("reference_poseidon2", reference_poseidon2_permutes_as_published,
         reference_poseidon2_layers_have_known_values,
         reference_poseidon2_layers_take_the_largest_elements,
         reference_poseidon2_rows_hold_all_states, reference_poseidon2_refuses_a_wrong_output)
