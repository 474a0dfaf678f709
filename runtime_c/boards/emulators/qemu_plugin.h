/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The few declarations of QEMU's plugin interface that count.c uses; QEMU's own header is in no package
   of most distributions. These have kept their form since QEMU 5. Facts: docs/devel/tcg-plugins. */
#ifndef MF_QEMU_PLUGIN_H
#define MF_QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define MF_PLUGIN_SYMBOL __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

enum { MF_PLUGIN_NO_REGISTERS = 0 };
enum { MF_PLUGIN_STORES = 2 };

typedef void (*mf_plugin_translated)(qemu_plugin_id_t id, struct qemu_plugin_tb *block);
typedef void (*mf_plugin_executed)(unsigned int cpu, void *data);
typedef void (*mf_plugin_accessed)(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t address,
                                   void *data);
typedef void (*mf_plugin_ended)(qemu_plugin_id_t id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, mf_plugin_translated call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, mf_plugin_executed call,
                                          int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                            mf_plugin_executed call, int registers, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction, mf_plugin_accessed call,
                                      int registers, int accesses, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, mf_plugin_ended call, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);

extern MF_PLUGIN_SYMBOL int qemu_plugin_version;
MF_PLUGIN_SYMBOL int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
                                         int argc, char **argv);

#endif
