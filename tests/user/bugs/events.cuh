/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events and instructions of SP1's recursion machine, as SP1 lays them out in memory. */
#pragma once

#include "kb31.cuh"

template <class F> struct AluAddrs {
    F out, in1, in2;
};

template <class F> struct BaseAluEvent {
    F out, in1, in2;
};

template <class F> struct ExtAluEvent {
    Block<F> out, in1, in2;
};

/* Opcodes of both: 0 adds, 1 subtracts, 2 multiplies, 3 divides. */
template <class F> struct AluInstr {
    uint32_t opcode;
    F mult;
    AluAddrs<F> addrs;
};

template <class F> struct SelectEvent {
    F bit, out1, out2, in1, in2;
};

template <class F> struct SelectInstr {
    F bit_addr, out1_addr, out2_addr, in1_addr, in2_addr;
    F mult1, mult2;
};

enum class MemKind : uint32_t { Read, Write };

template <class F> struct MemInstr {
    F addr;
    Block<F> val;
    F mult;
    MemKind kind;
};

template <class F> struct MemAccess {
    F addr, mult;
};

template <class F> struct MemEvent {
    Block<F> inner;
};

template <class F> struct ExtFeltEvent {
    Block<F> input;
};

/* Element 0 is the extension element's, the others are the felts'. */
template <class F> struct ExtFeltInstr {
    F addrs[5];
    F mults[5];
    uint8_t ext2felt;
    uint8_t pad[3];
};

template <class F> struct PrefixSumChecksEvent {
    F x1;
    Block<F> x2;
    F zero;
    Block<F> one;
    Block<F> acc, new_acc;
    F field_acc, new_field_acc;
};

/* The digest is part of 187 public values. */
template <class F> struct PublicValuesEvent {
    F before[175];
    F digest[8];
    F proof_nonce[4];
};

template <class F> struct Poseidon2LinearLayerEvent {
    Block<F> input[4];
    Block<F> output[4];
};

template <class F> struct Poseidon2SBoxEvent {
    Block<F> input, output;
};

template <class F> struct Poseidon2Event {
    F input[16];
    F output[16];
};

template <class F> struct Poseidon2Instr {
    F input_addrs[16];
    F output_addrs[16];
    F mults[16];
};

static_assert(sizeof(AluInstr<kb31_t>) == 20, "as in SP1");
static_assert(sizeof(SelectInstr<kb31_t>) == 28, "as in SP1");
static_assert(sizeof(MemInstr<kb31_t>) == 28, "as in SP1");
static_assert(sizeof(ExtFeltInstr<kb31_t>) == 44, "as in SP1");
static_assert(sizeof(PrefixSumChecksEvent<kb31_t>) == 80, "as in SP1");
static_assert(sizeof(PublicValuesEvent<kb31_t>) == 187 * 4, "as in SP1");
static_assert(sizeof(Poseidon2Instr<kb31_t>) == 192, "as in SP1");
