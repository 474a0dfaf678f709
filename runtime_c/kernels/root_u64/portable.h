/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* root_u64 in plain C. */
#ifndef MF_ROOT_U64_PORTABLE_H
#define MF_ROOT_U64_PORTABLE_H

/* Finds a bit of the root at a time. */
MF_INNER uint32_t mf_root_u64_one(uint64_t x) {
  const uint64_t most = x >> 32 ? UINT32_MAX : UINT16_MAX;
  uint64_t root = 0, rest = x;
  for (uint64_t bit = (uint64_t)1 << (x >> 32 ? 62 : 30); bit != 0; bit >>= 2) {
    const uint64_t taken = root + bit;
    root >>= 1;
    if (rest < taken) continue;
    rest -= taken;
    root += bit;
  }
  return (uint32_t)(rest > root && root != most ? root + 1 : root);
}

MF_ENTRY void mf_root_u64(const uint64_t *in, const int32_t *bits, uint32_t *out,
                          const MF_ROM mf_root_u64_params *p) {
  const int32_t shift = *bits & 31;
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_root_u64_one(in[i]) >> shift;
}

#endif
