/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lookup_s8 for Arm's MVE: a gather of 16 results, by the values with their top bit flipped. */
#ifndef MF_LOOKUP_S8_MVE_H
#define MF_LOOKUP_S8_MVE_H

MF_ENTRY void mf_lookup_s8(const int8_t *in, int8_t *out, const MF_ROM mf_lookup_s8_params *p) {
  __asm__ volatile(
      "vmov.i8 q1, #128; dlstp.8 lr, %[n]\n"
      "1: vldrb.u8 q0, [%[in]], #16; veor q0, q0, q1\n"
      "vldrb.u8 q2, [%[table], q0]; vstrb.8 q2, [%[out]], #16; letp lr, 1b\n"
      : [in] "+r"(in), [out] "+r"(out)
      : [n] "r"(p->count), [table] "r"(p->table)
      : "lr", "q0", "q1", "q2", "memory");
}

#endif
