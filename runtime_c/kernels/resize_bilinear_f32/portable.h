/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_f32 in plain C. */
#ifndef MF_RESIZE_BILINEAR_F32_PORTABLE_H
#define MF_RESIZE_BILINEAR_F32_PORTABLE_H

/* Of -0 comes 0, as the reference has it. */
MF_KERNEL float mf_resize_bilinear_f32_made(float sum) { return sum + 0.0f; }

MF_BILINEAR(resize_bilinear_f32, float)

#endif
