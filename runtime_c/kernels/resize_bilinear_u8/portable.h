/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* resize_bilinear_u8 in plain C. */
#ifndef MF_RESIZE_BILINEAR_U8_PORTABLE_H
#define MF_RESIZE_BILINEAR_U8_PORTABLE_H

MF_KERNEL uint8_t mf_resize_bilinear_u8_made(float sum) { return (uint8_t)(sum + 0.5f); }

MF_BILINEAR(resize_bilinear_u8, uint8_t)

#endif
