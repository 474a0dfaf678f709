/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lookup_s8: any function of an int8 value, as a table of its 256 results. */
#ifndef MF_LOOKUP_S8_CONTRACT_H
#define MF_LOOKUP_S8_CONTRACT_H

typedef struct {
  int32_t count;              /* elements */
  const MF_ROM int8_t *table; /* [256], the results for -128 to 127 */
} mf_lookup_s8_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_lookup_s8(const int8_t *in, int8_t *out, const MF_ROM mf_lookup_s8_params *p);

#endif
