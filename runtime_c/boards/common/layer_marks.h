/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Marks the end of each layer, or of a row of it, without an instruction: a table of (address, index) in a section that is
   not loaded (its name is a debug section's, so that the linker keeps it and drops what only it refers
   to). Included before everything else in the image that counts layer by layer. */
#ifndef MF_LAYER_MARKS_H
#define MF_LAYER_MARKS_H

#define MF_ON_LAYER(index)                             \
  __asm__ volatile(                                    \
      ".pushsection .debug_mf_layers,\"\",%progbits\n" \
      ".long 991f, " #index                            \
      "\n"                                             \
      ".popsection\n"                                  \
      "991:")

#endif
