import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { probe, run } from "../src/process";

const node = (script: string): { origin: string; command: string; args: string[] } => ({
  origin: "test",
  command: process.execPath,
  args: ["-e", script, "--"],
});

test("a program that prints its version is usable", async () => {
  const answer = await probe(node("console.log('mflowc ' + '1.2.3')"));
  assert.deepEqual(answer, { version: "1.2.3" });
});

test("what is not usable says why", async () => {
  const absent = { origin: "test", command: path.join(tmpdir(), "no", "mflowc"), args: [] };
  assert.deepEqual(await probe(absent), { reason: "there is no such program" });
  assert.deepEqual(await probe(node("console.log('Python 3.11')")), { reason: "it is not mflowc" });
  const failing = node("console.error('first\\nNo module named microflow'); process.exit(1)");
  assert.deepEqual(await probe(failing), { reason: "No module named microflow" });
});

test("a program's output, its exit code and its folder", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "mflow-"));
  try {
    await writeFile(path.join(folder, "here.txt"), "");
    const script = "console.log(require('fs').readdirSync('.').join()); process.exit(1)";
    const done = await run(process.execPath, ["-e", script], folder);
    assert.equal(done.code, 1);
    assert.equal(done.stdout, "here.txt\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test(
  "a module in the folder does not replace one of Python's",
  { skip: !process.env.MFLOW_PYTHON },
  async () => {
    const command = process.env.MFLOW_PYTHON ?? "";
    const folder = await mkdtemp(path.join(tmpdir(), "mflow-"));
    try {
      await writeFile(path.join(folder, "lark.py"), "raise SystemExit('taken over')\n");
      const args = ["-P", "-m", "microflow", "explain", "MF5001", "--json"];
      const done = await run(command, args, folder);
      assert.equal(done.code, 0, done.stderr);
      assert.ok("version" in (await probe({ origin: "test", command, args: args.slice(0, 3) })));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
