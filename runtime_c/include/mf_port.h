/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_port.h: everything that touches the compiler or the C library. */
#ifndef MF_PORT_H
#define MF_PORT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A header of the application's own may define what follows: sections, the hook between layers. It is found
   beside this file or on the include path. */
#if defined(__has_include)
#if __has_include("microflow_config.h")
#include "microflow_config.h"
#endif
#endif

/* Constants that stay in program memory. On AVR that is an address space of its own, which needs -std=gnu11. */
#if defined(__AVR__)
#define MF_ROM __flash
#else
#define MF_ROM
#endif

/* Places weights and arenas, where the manifest does not, in sections of their own; empty unless the build defines
   them. */
#ifndef MF_SECTION_WEIGHTS
#define MF_SECTION_WEIGHTS
#endif
#ifndef MF_SECTION_ARENA
#define MF_SECTION_ARENA
#endif

/* Places a variable in the section of this name, which the linker script puts into a memory. Where object files are
   not ELF, sections are named otherwise, and everything stays where the compiler puts it. */
#ifndef MF_SECTION
#if defined(__ELF__)
#define MF_SECTION(name) __attribute__((section(name)))
#else
#define MF_SECTION(name)
#endif
#endif

/* Positive infinity, and no number, without the mathematics library. */
#if defined(__GNUC__)
#define MF_INFINITY __builtin_inff()
#define MF_NAN      __builtin_nanf("")
#else
#define MF_INFINITY (1.0f / 0.0f)
#define MF_NAN      (0.0f / 0.0f)
#endif

/* Whether the mathematics library has expm1f, which avr-libc leaves out. */
#if defined(__AVR__)
#define MF_HAS_EXPM1F 0
#else
#define MF_HAS_EXPM1F 1
#endif

#if defined(__GNUC__)
#define MF_ALIGNED(bytes) __attribute__((aligned(bytes)))
#else
#define MF_ALIGNED(bytes)
#endif

/* The elements of `type` that lie `offset` bytes into an arena of bytes. */
#define MF_AT(type, arena, offset) ((type *)(void *)((arena) + (offset)))

/* A kernel's function: one copy in each translation unit that uses it, none where it is not used. */
#define MF_KERNEL static inline

/* A kernel as the model calls it: never specialised for its parameters, so that its size and its stack are
   known beforehand and layers share it. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 8
#define MF_ENTRY static __attribute__((noipa, unused))
#elif defined(__GNUC__) && !defined(__clang__)
#define MF_ENTRY static __attribute__((noinline, noclone, unused))
#elif defined(__GNUC__)
#define MF_ENTRY static __attribute__((noinline, unused))
#else
#define MF_ENTRY static inline
#endif

/* Whether loops are those in assembly for 8-bit AVR. They save registers by two routines of libgcc's. */
#if defined(__AVR_HAVE_MUL__) && defined(__AVR_HAVE_LPMX__) && defined(__AVR_HAVE_JMP_CALL__)
#define MF_AVR_LOOPS 1
#else
#define MF_AVR_LOOPS 0
#endif

/* An inner loop that kernels share: never inlined, so that its sums stay in registers. */
#if defined(__GNUC__)
#define MF_INNER static __attribute__((noinline, unused))
#else
#define MF_INNER static inline
#endif

/* What a naked function says of its parameters, which it finds in registers: GCC takes them for unused, and Clang has
   no such statements there. */
#if defined(__clang__)
#define MF_IN_REGISTERS(...)
#else
#define MF_IN_REGISTERS(...) __VA_ARGS__
#endif

/* Arithmetic in more bits than a register has: a few instructions on 32-bit cores, where it is inlined, and
   so many on 8-bit ones that calls cost little and save flash. */
#if defined(__AVR__)
#define MF_WIDE MF_INNER
#else
#define MF_WIDE MF_KERNEL
#endif

/* Whether the product of two 32-bit values has 64 bits without a call that takes a hundred instructions. */
#if defined(__AVR__) || defined(__ARM_ARCH_6M__) || defined(__XTENSA_CALL0_ABI__)
#define MF_LONG_PRODUCTS 0
#else
#define MF_LONG_PRODUCTS 1
#endif

/* Copies from, and compares with, program memory, where memcpy and memcmp may not reach. */
static inline void mf_rom_copy(void *to, const MF_ROM void *from, size_t bytes) {
  const MF_ROM uint8_t *source = (const MF_ROM uint8_t *)from;
  for (size_t i = 0; i < bytes; i++) ((uint8_t *)to)[i] = source[i];
}

static inline int mf_rom_equal(const void *data, const MF_ROM void *constant, size_t bytes) {
  const MF_ROM uint8_t *expected = (const MF_ROM uint8_t *)constant;
  for (size_t i = 0; i < bytes; i++)
    if (((const uint8_t *)data)[i] != expected[i]) return 0;
  return 1;
}

/* Called after each layer with its index: watchdog, yield, dump. Empty unless the build defines it. */
#ifndef MF_ON_LAYER
#define MF_ON_LAYER(index) ((void)0)
#endif

/* Checks of the library's own assumptions, for debug builds. */
#ifndef MF_ASSERT
#define MF_ASSERT(condition) ((void)0)
#endif

/* Products and sums of floats are rounded one by one, as the reference does. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__) && __GNUC__ >= 8 && (defined(__x86_64__) || defined(__aarch64__))
/* And loops are made vectors of: at -O2 too, and instead of what -O3 would make of two that are nested. */
#pragma GCC optimize("fp-contract=off", "tree-vectorize", "vect-cost-model=dynamic", \
                     "no-loop-unroll-and-jam")
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#endif
