/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* reverse in plain C. */
#ifndef MF_REVERSE_PORTABLE_H
#define MF_REVERSE_PORTABLE_H

/* Bit d is set where axis d goes backwards. */
MF_KERNEL int32_t mf_reverse_mask(const int32_t *axes, const MF_ROM mf_reverse_params *p) {
  int32_t mask = 0;
  for (int32_t i = 0; i < p->axes; i++) {
    const int32_t axis = axes[i] < 0 ? axes[i] + p->dims : axes[i];
    if (axis >= 0 && axis < p->dims) mask |= (int32_t)1 << axis;
  }
  return mask;
}

/* The element of the input that becomes an element of the output. */
MF_KERNEL int32_t mf_reverse_source(int32_t element, int32_t mask,
                                    const MF_ROM mf_reverse_params *p) {
  int32_t source = 0, step = 1;
  for (int32_t d = p->dims - 1; d >= 0; d--) {
    const int32_t size = p->size[d], index = element % size;
    source += (mask >> d & 1 ? size - 1 - index : index) * step;
    element /= size;
    step *= size;
  }
  return source;
}

MF_ENTRY void mf_reverse(const void *in, const int32_t *axes, void *out,
                         const MF_ROM mf_reverse_params *p) {
  const int32_t mask = mf_reverse_mask(axes, p);
  uint8_t *to = (uint8_t *)out;
  for (int32_t i = 0; i < p->elements; i++, to += p->unit) {
    const ptrdiff_t source = (ptrdiff_t)mf_reverse_source(i, mask, p);
    memcpy(to, (const uint8_t *)in + source * p->unit, (size_t)p->unit);
  }
}

#endif
