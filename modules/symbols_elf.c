/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Symbols of ELF files (System V ABI, "Object Files"): cubins and shared libraries. Nothing in a
 * file is believed: every offset and every length is held against the file's own length first. */
#include "modules/symbols_internal.h"

#include <elf.h>
#include <string.h>

#ifndef EM_CUDA
#define EM_CUDA 190
#endif

/* In st_other of a cubin's symbol: a function that is launched, not one that is called. */
#define CUDA_ENTRY 0x10

#if defined(__x86_64__)
#define EM_OWN EM_X86_64
#elif defined(__aarch64__)
#define EM_OWN EM_AARCH64
#else
#define EM_OWN EM_NONE
#endif

/* Bytes of a name, at the most: what a mangled name needs. */
#define MAX_NAME_BYTES 4096

typedef struct elf_file {
    const text *file;
    file_kind kind;
    Elf64_Ehdr header;
    uint64_t nb_sections;
} elf_file;

file_kind elf_kind(const text *file)
{
    Elf64_Ehdr header;
    if (file->length < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG) != 0) return FILE_UNKNOWN;
    memset(&header, 0, sizeof header);
    memcpy(&header, file->bytes, file->length < sizeof header ? file->length : sizeof header);
    if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_ident[EI_CLASS] != ELFCLASS64)
        return FILE_FOREIGN;
    if (header.e_machine == EM_CUDA) return FILE_CUBIN;
    if (header.e_machine != EM_OWN) return FILE_FOREIGN;
    return header.e_type == ET_DYN    ? FILE_LIBRARY
           : header.e_type == ET_EXEC ? FILE_PROGRAM
                                      : FILE_OBJECT;
}

static tg_status elf_error(const elf_file *of, const char *what, uint64_t offset, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT, "the %s is truncated or damaged: %s",
                 of->kind == FILE_CUBIN ? "cubin" : "library", what);
    tg_error_where(error, "byte %llu of %zu", (unsigned long long)offset, of->file->length);
    tg_error_how(error, of->kind == FILE_CUBIN ? "build it again: nvcc -cubin"
                                               : "build it again: nvcc -shared");
    return TG_ERR_FORMAT;
}

static bool is_within(const elf_file *of, uint64_t offset, uint64_t nb_bytes)
{
    return offset <= of->file->length && nb_bytes <= of->file->length - offset;
}

static Elf64_Shdr section_at(const elf_file *of, uint64_t index)
{
    Elf64_Shdr section;
    memcpy(&section, of->file->bytes + of->header.e_shoff + index * sizeof section, sizeof section);
    return section;
}

/* Segments of a file are what is loaded: a file that ends before them is no whole one. */
static tg_status check_segments(const elf_file *of, tg_error *error)
{
    const Elf64_Ehdr *header = &of->header;
    if (header->e_phnum == 0) return TG_OK;
    if (header->e_phentsize != sizeof(Elf64_Phdr) ||
        !is_within(of, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
        return elf_error(of, "its program headers are not in it", header->e_phoff, error);
    for (uint64_t i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, of->file->bytes + header->e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && !is_within(of, segment.p_offset, segment.p_filesz))
            return elf_error(of, "a segment is not in it", segment.p_offset, error);
    }
    return TG_OK;
}

/* Count the sections; each of them lies in the file. */
static tg_status check_sections(elf_file *of, tg_error *error)
{
    const Elf64_Ehdr *header = &of->header;
    of->nb_sections = 0;
    if (header->e_shoff == 0) return TG_OK;
    if (header->e_shentsize != sizeof(Elf64_Shdr) ||
        !is_within(of, header->e_shoff, sizeof(Elf64_Shdr)))
        return elf_error(of, "its section headers are not in it", header->e_shoff, error);
    // A number that does not fit stands in the first section.
    of->nb_sections = header->e_shnum != 0 ? header->e_shnum : section_at(of, 0).sh_size;
    if (of->nb_sections > of->file->length / sizeof(Elf64_Shdr) ||
        !is_within(of, header->e_shoff, of->nb_sections * sizeof(Elf64_Shdr)))
        return elf_error(of, "its section headers are not in it", header->e_shoff, error);
    for (uint64_t i = 1; i < of->nb_sections; i++) {
        const Elf64_Shdr section = section_at(of, i);
        if (section.sh_type != SHT_NULL && section.sh_type != SHT_NOBITS &&
            !is_within(of, section.sh_offset, section.sh_size))
            return elf_error(of, "a section is not in it", section.sh_offset, error);
    }
    return TG_OK;
}

/* Whether a symbol is what is asked for. */
static bool is_wanted(const elf_file *of, const Elf64_Sym *symbol)
{
    const unsigned type = ELF64_ST_TYPE(symbol->st_info);
    const unsigned bind = ELF64_ST_BIND(symbol->st_info);
    const unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    if (symbol->st_shndx == SHN_UNDEF) return false;
    if (of->kind == FILE_CUBIN) return type == STT_FUNC && (symbol->st_other & CUDA_ENTRY) != 0;
    return (type == STT_FUNC || type == STT_GNU_IFUNC) && bind != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

static tg_status add_name(text *names, const elf_file *of, const Elf64_Shdr *strings,
                          const Elf64_Sym *symbol, tg_error *error)
{
    const uint64_t offset = strings->sh_offset + symbol->st_name;
    if (symbol->st_name >= strings->sh_size)
        return elf_error(of, "a name is not in its table", offset, error);
    const uint64_t left = strings->sh_size - symbol->st_name;
    const size_t length = left < MAX_NAME_BYTES ? (size_t)left : MAX_NAME_BYTES;
    if (memchr(of->file->bytes + offset, '\0', length) == NULL)
        return elf_error(of, "a name has no end", offset, error);
    names_add(names, (size_t)offset);
    return TG_OK;
}

/* Names of one table. */
static tg_status read_table(text *names, const elf_file *of, const Elf64_Shdr *table,
                            tg_error *error)
{
    if (table->sh_entsize != sizeof(Elf64_Sym) || table->sh_link == 0 ||
        table->sh_link >= of->nb_sections)
        return elf_error(of, "its table of symbols cannot be read", table->sh_offset, error);
    const Elf64_Shdr strings = section_at(of, table->sh_link);
    if (strings.sh_type != SHT_STRTAB)
        return elf_error(of, "its symbols have no names", table->sh_offset, error);
    for (uint64_t i = 0; i < table->sh_size / sizeof(Elf64_Sym); i++) {
        Elf64_Sym symbol;
        memcpy(&symbol, of->file->bytes + table->sh_offset + i * sizeof symbol, sizeof symbol);
        if (!is_wanted(of, &symbol)) continue;
        const tg_status status = add_name(names, of, &strings, &symbol, error);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

tg_status elf_names(text *names, bool *are_known, const text *file, file_kind kind, tg_error *error)
{
    elf_file of = {.file = file, .kind = kind};
    *are_known = false;
    if (file->length < sizeof of.header) return elf_error(&of, "its header ends early", 0, error);
    memcpy(&of.header, file->bytes, sizeof of.header);
    tg_status status = check_segments(&of, error);
    if (status == TG_OK) status = check_sections(&of, error);
    for (uint64_t i = 1; i < of.nb_sections && status == TG_OK; i++) {
        const Elf64_Shdr section = section_at(&of, i);
        if (section.sh_type != (kind == FILE_CUBIN ? SHT_SYMTAB : SHT_DYNSYM)) continue;
        *are_known = true;
        status = read_table(names, &of, &section, error);
    }
    return status;
}
