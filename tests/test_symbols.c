/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Symbols of module files: names, wrong kinds, and files that are truncated or damaged anywhere.
 * Files are made by hand; where the build has nvcc, its files too. */
#include "modules/symbols.h"

#include "suite.h"
#include "test_files.h"

#include <elf.h>

static const char ptx[] = "//\n// made by hand\n/* .entry no */\n.version 8.7\n.target sm_90\n"
                          ".address_size 64\n.file 1 \"a\\\".entry no\"\n"
                          ".visible .entry plain(\n.param .u64 a\n)\n{\nret;\n}\n"
                          ".func helper()\n{\nret;\n}\n"
                          ".weak .entry _Z4rowsILi4EEvPi()\n{\n{\nret;\n}\n}\n";

/* An ELF file of six sections: none, two of names, symbols, code, and a last byte. */
typedef struct made_elf {
    Elf64_Ehdr header;
    Elf64_Sym symbols[5];
    char names[64];
    Elf64_Shdr sections[4];
} made_elf;

static char folder[256];
static char path[512];

static tg_status read_bytes(tg_symbols *symbols, const void *bytes, size_t nb, tg_source_kind kind,
                            tg_error *error)
{
    if (folder[0] == '\0') tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/module", folder);
    write_file(path, bytes, nb);
    return tg_symbols_read(symbols, path, kind, error);
}

static made_elf make_elf(tg_source_kind kind)
{
    const bool is_cubin = kind == TG_SOURCE_CUBIN;
    made_elf made = {.names = "\0plain\0_Z6helperi\0hidden\0rows"};
    const Elf64_Ehdr header = {
        .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = is_cubin ? ET_EXEC : ET_DYN,
#if defined(__aarch64__)
        .e_machine = is_cubin ? 190 : EM_AARCH64,
#else
        .e_machine = is_cubin ? 190 : EM_X86_64,
#endif
        .e_shoff = offsetof(made_elf, sections),
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = 4
    };
    const unsigned char global = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    const unsigned char local = ELF64_ST_INFO(STB_LOCAL, STT_FUNC);
    made.header = header;
    made.symbols[1] = (Elf64_Sym){.st_name = 1,
                                  .st_info = global,
                                  .st_other = is_cubin ? 0x10 : 0,
                                  .st_shndx = 3};
    // Called, not launched; not exported; not defined.
    made.symbols[2] =
        (Elf64_Sym){.st_name = 7, .st_info = is_cubin ? global : local, .st_shndx = 3};
    made.symbols[3] = (Elf64_Sym){.st_name = 18,
                                  .st_info = global,
                                  .st_other = is_cubin ? 0 : STV_HIDDEN,
                                  .st_shndx = 3};
    made.symbols[4] = (Elf64_Sym){.st_name = 25,
                                  .st_info = global,
                                  .st_other = is_cubin ? 0x10 : 0,
                                  .st_shndx = 3};
    made.sections[1] = (Elf64_Shdr){.sh_type = is_cubin ? SHT_SYMTAB : SHT_DYNSYM,
                                    .sh_offset = offsetof(made_elf, symbols),
                                    .sh_size = sizeof made.symbols,
                                    .sh_link = 2,
                                    .sh_entsize = sizeof(Elf64_Sym)};
    made.sections[2] = (Elf64_Shdr){.sh_type = SHT_STRTAB,
                                    .sh_offset = offsetof(made_elf, names),
                                    .sh_size = sizeof made.names};
    made.sections[3] = (Elf64_Shdr){.sh_type = SHT_PROGBITS};
    return made;
}

START_TEST(symbols_of_ptx)
{
    tg_symbols symbols;
    tg_assert_ok(read_bytes(&symbols, ptx, sizeof ptx - 1, TG_SOURCE_PTX, tg_suite_error));
    ck_assert(symbols.are_known);
    ck_assert_uint_eq(symbols.nb, 2);
    ck_assert_str_eq(symbols.names[0], "plain");
    ck_assert_str_eq(symbols.names[1], "_Z4rowsILi4EEvPi");
    tg_assert_ok(tg_symbols_check(&symbols, path, "plain", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "did you mean 'plain'?",
                    tg_symbols_check(&symbols, path, "plane", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "did you mean '_Z4rowsILi4EEvPi'?",
                    tg_symbols_check(&symbols, path, "rows", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "it has: plain, _Z4rowsILi4EEvPi",
                    tg_symbols_check(&symbols, path, "something_else", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "no kernel ''",
                    tg_symbols_check(&symbols, path, "", tg_suite_error));
    tg_symbols_clear(&symbols);
    // As NVRTC and fatbinary write it, a zero ends the text.
    tg_assert_ok(read_bytes(&symbols, ptx, sizeof ptx, TG_SOURCE_PTX, tg_suite_error));
    ck_assert_uint_eq(symbols.nb, 2);
    tg_symbols_clear(&symbols);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(symbols_of_elf)
{
    static const tg_source_kind kinds[] = {TG_SOURCE_CUBIN, TG_SOURCE_LIBRARY};
    for (size_t i = 0; i < 2; i++) {
        tg_symbols symbols;
        const made_elf made = make_elf(kinds[i]);
        tg_assert_ok(read_bytes(&symbols, &made, sizeof made, kinds[i], tg_suite_error));
        ck_assert(symbols.are_known);
        ck_assert_uint_eq(symbols.nb, 2);
        ck_assert_str_eq(symbols.names[0], "plain");
        ck_assert_str_eq(symbols.names[1], "rows");
        tg_symbols_clear(&symbols);
        // Stripped of its sections, it does not tell.
        made_elf stripped = made;
        stripped.header.e_shoff = 0;
        tg_assert_ok(read_bytes(&symbols, &stripped, sizeof stripped, kinds[i], tg_suite_error));
        ck_assert(!symbols.are_known);
        tg_assert_ok(tg_symbols_check(&symbols, path, "any", tg_suite_error));
        tg_symbols_clear(&symbols);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(symbols_say_what_a_file_is)
{
    tg_symbols symbols;
    const made_elf cubin = make_elf(TG_SOURCE_CUBIN);
    made_elf library = make_elf(TG_SOURCE_LIBRARY);
    static const unsigned char fatbin[32] = {0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0, 16};
    tg_assert_fails(TG_ERR_FORMAT, "this is a cubin, not PTX",
                    read_bytes(&symbols, &cubin, sizeof cubin, TG_SOURCE_PTX, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "this is PTX, not a cubin",
                    read_bytes(&symbols, ptx, sizeof ptx - 1, TG_SOURCE_CUBIN, tg_suite_error));
    tg_assert_fails(
        TG_ERR_FORMAT, "this is a shared library, not a fat binary",
        read_bytes(&symbols, &library, sizeof library, TG_SOURCE_FATBIN, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "this is a fat binary, not a shared library",
                    read_bytes(&symbols, fatbin, sizeof fatbin, TG_SOURCE_LIBRARY, tg_suite_error));
    library.header.e_type = ET_REL;
    tg_assert_fails(
        TG_ERR_FORMAT, "an object file",
        read_bytes(&symbols, &library, sizeof library, TG_SOURCE_LIBRARY, tg_suite_error));
    library.header.e_machine = EM_PPC64;
    tg_assert_fails(
        TG_ERR_FORMAT, "for another processor",
        read_bytes(&symbols, &library, sizeof library, TG_SOURCE_LIBRARY, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "this is not PTX",
                    read_bytes(&symbols, "int x;", 6, TG_SOURCE_PTX, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "this is not a cubin",
                    read_bytes(&symbols, "", 0, TG_SOURCE_CUBIN, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "/nowhere",
                    tg_symbols_read(&symbols, "/nowhere", TG_SOURCE_CUBIN, tg_suite_error));
    tg_assert_ok(read_bytes(&symbols, fatbin, sizeof fatbin, TG_SOURCE_FATBIN, tg_suite_error));
    ck_assert(!symbols.are_known);
    tg_symbols_clear(&symbols);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Files that end anywhere are refused: what is not there cannot be loaded either. */
static void assert_truncations(const unsigned char *bytes, size_t nb, tg_source_kind kind)
{
    for (size_t length = 0; length < nb; length++) {
        tg_symbols symbols;
        tg_error error = {.status = TG_OK};
        const tg_status status = read_bytes(&symbols, bytes, length, kind, &error);
        ck_assert_msg(status == TG_ERR_FORMAT, "%zu of %zu bytes: %s", length, nb,
                      tg_status_text(status));
        ck_assert_str_ne(error.how, "");
    }
}

START_TEST(symbols_refuse_what_is_truncated)
{
    static const unsigned char fatbin[32] = {0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0, 16};
    const made_elf cubin = make_elf(TG_SOURCE_CUBIN);
    const made_elf library = make_elf(TG_SOURCE_LIBRARY);
    assert_truncations((const unsigned char *)&cubin, sizeof cubin, TG_SOURCE_CUBIN);
    assert_truncations((const unsigned char *)&library, sizeof library, TG_SOURCE_LIBRARY);
    assert_truncations(fatbin, sizeof fatbin, TG_SOURCE_FATBIN);
    // Text that ends between two functions is a shorter text; within one it is not.
    const char *brace = strchr(ptx, '{');
    for (const char *end = strchr(brace, '}'); end > brace; end--) {
        tg_symbols symbols;
        tg_error error = {.status = TG_OK};
        ck_assert_int_eq(read_bytes(&symbols, ptx, (size_t)(end - ptx), TG_SOURCE_PTX, &error),
                         TG_ERR_FORMAT);
        ck_assert_str_ne(error.how, "");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* Every bit of a file changed, and every word of it made the largest: nothing but an error. */
START_TEST(symbols_survive_damage)
{
    static const tg_source_kind kinds[] = {TG_SOURCE_CUBIN, TG_SOURCE_LIBRARY, TG_SOURCE_PTX};
    size_t nb_refused = 0;
    for (size_t k = 0; k < 3; k++) {
        unsigned char bytes[sizeof(made_elf) + sizeof ptx];
        const made_elf made = make_elf(kinds[k]);
        const bool is_ptx = kinds[k] == TG_SOURCE_PTX;
        const size_t nb = is_ptx ? sizeof ptx - 1 : sizeof made;
        for (size_t i = 0; i < nb * 9; i++) {
            tg_symbols symbols;
            tg_error error = {.status = TG_OK};
            memcpy(bytes, is_ptx ? (const void *)ptx : &made, nb);
            if (i < nb * 8) {
                bytes[i / 8] ^= (unsigned char)(1u << (i % 8));
            } else {
                const size_t at = i - nb * 8;
                memset(bytes + at, 0xff, nb - at < 8 ? nb - at : 8);
            }
            const tg_status status = read_bytes(&symbols, bytes, nb, kinds[k], &error);
            ck_assert(status == TG_OK || status == TG_ERR_FORMAT);
            nb_refused += status != TG_OK;
            if (status != TG_OK) ck_assert_str_ne(error.how, "");
            for (size_t n = 0; n < symbols.nb; n++) ck_assert_uint_lt(strlen(symbols.names[n]), nb);
            tg_symbols_clear(&symbols);
        }
    }
    ck_assert_uint_gt(nb_refused, 1000);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A library as a linker makes it, which has segments, too; cut anywhere behind its start it is
 * refused, and so are headers of segments that are not as they must be. */
START_TEST(symbols_of_a_library)
{
    static unsigned char changed[1 << 20];
    tg_symbols symbols;
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    size_t nb = 0;
    size_t nb_loaded = 0;
    unsigned char *bytes = read_file(TG_FAKES "/empty_driver/lib/libcuda.so.1", &nb);
    tg_assert_ok(read_bytes(&symbols, bytes, nb, TG_SOURCE_LIBRARY, tg_suite_error));
    ck_assert(symbols.are_known);
    tg_assert_ok(tg_symbols_check(&symbols, path, "tg_fake_nothing", tg_suite_error));
    tg_symbols_clear(&symbols);
    memcpy(&header, bytes, sizeof header);
    for (size_t length = 64; length < nb; length += nb / 50 + 1)
        tg_assert_fails(TG_ERR_FORMAT, "truncated or damaged",
                        read_bytes(&symbols, bytes, length, TG_SOURCE_LIBRARY, tg_suite_error));
    ck_assert_uint_ge(header.e_phnum, 2);
    for (size_t i = 0; i < header.e_phnum; i++) {
        memcpy(changed, bytes, nb);
        memcpy(&segment, bytes + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type != PT_LOAD) continue;
        segment.p_filesz = nb + 1;
        memcpy(changed + header.e_phoff + i * sizeof segment, &segment, sizeof segment);
        tg_assert_fails(TG_ERR_FORMAT, "a segment is not in it",
                        read_bytes(&symbols, changed, nb, TG_SOURCE_LIBRARY, tg_suite_error));
        nb_loaded++;
    }
    ck_assert_uint_ge(nb_loaded, 1);
    memcpy(changed, bytes, nb);
    header.e_phentsize++;
    memcpy(changed, &header, sizeof header);
    tg_assert_fails(TG_ERR_FORMAT, "its program headers are not in it",
                    read_bytes(&symbols, changed, nb, TG_SOURCE_LIBRARY, tg_suite_error));
    header.e_phentsize--;
    header.e_phoff = nb - 1;
    memcpy(changed, &header, sizeof header);
    tg_assert_fails(TG_ERR_FORMAT, "its program headers are not in it",
                    read_bytes(&symbols, changed, nb, TG_SOURCE_LIBRARY, tg_suite_error));
    free(bytes);
    tg_suite_remove_folder(folder);
}
END_TEST

#ifdef TG_NVCC_MODULES
START_TEST(symbols_of_nvcc)
{
    static const struct {
        const char *file;
        tg_source_kind kind;
        const char *has[4];
        const char *lacks;
    } made[] = {
        {"symbols.ptx",
         TG_SOURCE_PTX,
         {"plain", "_Z4rowsILi4EEvPi", "_ZN6inside5otherEPi"},
         "_Z6helperi"},
        {"symbols.cubin",
         TG_SOURCE_CUBIN,
         {"plain", "_Z4rowsILi4EEvPi", "_ZN6inside5otherEPi"},
         "_Z6helperi"},
        {"symbols.fatbin", TG_SOURCE_FATBIN, {"plain"}, NULL},
        {"symbols.so", TG_SOURCE_LIBRARY, {"get_plain"}, "cudaMalloc"},
    };
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        tg_symbols symbols;
        (void)snprintf(path, sizeof path, "%s/%s", TG_NVCC_MODULES, made[i].file);
        tg_assert_ok(tg_symbols_read(&symbols, path, made[i].kind, tg_suite_error));
        ck_assert_int_eq(symbols.are_known, made[i].lacks != NULL);
        for (size_t k = 0; made[i].has[k] != NULL; k++)
            tg_assert_ok(tg_symbols_check(&symbols, path, made[i].has[k], tg_suite_error));
        if (made[i].lacks != NULL)
            tg_assert_fails(TG_ERR_FORMAT, "there is no kernel",
                            tg_symbols_check(&symbols, path, made[i].lacks, tg_suite_error));
        tg_symbols_clear(&symbols);
    }
}
END_TEST
#define OF_NVCC , symbols_of_nvcc
#else
#define OF_NVCC
#endif

TG_SUITE("symbols", symbols_of_ptx, symbols_of_elf, symbols_say_what_a_file_is,
         symbols_refuse_what_is_truncated, symbols_survive_damage, symbols_of_a_library OF_NVCC)
