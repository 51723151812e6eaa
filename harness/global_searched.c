/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Messages whose search for a point is long or ends where classes meet: the extremes of the words 0
 * .. 10^8 - 1, by trying them all.
 *
 * A candidate is no point with probability 1/2, an exception with 1/254. Receive points have y6 = 1
 * .. B, B = 63 * 2^24 = 1056964608; the bytes of y6 - 1 are cells.
 */
#include "harness/global_internal.h"

// The first rows come first in the boundary profile.
// clang-format off
const tg_global_searched tg_global_searched_messages[TG_NB_GLOBAL_SEARCHED] = {
    {544, 1, 0x1, 445809341},          // an exception first
    {18141528, 28, 0, 686321166},      // the most candidates of all, none an exception
    {51925235, 8, 0x7, 588100952},     // three exceptions first: none has more in a row
    {61783544, 0, 0, 1056964598},      // y6 just below the limit: B - 10
    {9568748, 1, 0x1, 858590996},      // an exception just above it: B + 41
    {18859052, 0, 0, 6},               // y6 just above 0
    {181, 8, 0x4, 1032646491},         // an exception amid candidates without a point
    {31093851, 24, 0x80000, 1027185395}, // the most candidates with an exception among them
    {27465493, 0, 0, 83886080},        // y6 - 1 has three bytes of 255
    {31264456, 3, 0, 150994945},       // y6 - 1 has three bytes of 0
    {43859224, 19, 0x1, 968989162},    // the most candidates after an exception
    {37347406, 12, 0x3, 33204394},     // the most after two
    {73956356, 16, 0xc08, 3861148},    // three exceptions, spread
    {1185, 13, 0, 388294037},
    {28096186, 26, 0, 629322809},
    {2132054, 24, 0, 526189598},
    {69012835, 24, 0x800, 602043831},
    {27608629, 22, 0x4010, 300821762}, // two exceptions, far apart
    {44939992, 14, 0x1042, 547439221},
    {43497929, 4, 0x7, 1049759599},
    {56176984, 8, 0xe0, 157775440},    // three exceptions last
    {26914403, 2, 0x3, 1014955046},    // an exception near p / 2, amid the exceptions
    {31819188, 3, 0x1, 569533913},     // B + 106
    {4405494, 1, 0, 1056964585},       // B - 23
    {11197718, 2, 0, 13},
    {27310484, 24, 0, 763781386},
    {48282275, 24, 0, 586614386},
    {71060560, 24, 0, 1043189656},
    {89277875, 24, 0, 1023927152},
    {2977191, 23, 0, 17945583},
    {69892289, 11, 0x144, 196178591},
    {92490987, 0, 0, 285212673},       // y6 - 1 has three bytes of 0
};
// clang-format on
