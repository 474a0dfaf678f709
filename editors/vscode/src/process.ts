// Programs that are run to their end.

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import type { Candidate, Probe } from "./lookup";

const VERSION = /^mflowc (\S+)/;
const PROBE_MS = 15_000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface Finished {
  /** The exit code, or undefined where the program could not be started or was ended. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly failure: string;
  /** Whether there is no such program. */
  readonly absent: boolean;
}

/** Runs `command` with `args` in folder `cwd` and returns how it ended; never rejects. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  timeout = 0,
): Promise<Finished> {
  const options = { cwd, timeout, maxBuffer: MOST_BYTES, windowsHide: true };
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
      const absent = error?.code === "ENOENT";
      resolve({ code, stdout, stderr, absent, failure: error === null ? "" : error.message });
    });
  });
}

/** Returns the version that `candidate` prints, or why it does not. */
export async function probe(candidate: Candidate): Promise<Probe> {
  const { command, args } = candidate;
  const done = await run(command, [...args, "--version"], homedir(), PROBE_MS);
  const version = VERSION.exec(done.stdout)?.[1];
  if (done.code === 0 && version !== undefined) return { version };
  if (done.absent) return { reason: "there is no such program" };
  const [line] = (done.stderr.trim() || done.failure).split("\n").slice(-1);
  return { reason: line === undefined || line === "" ? "it is not mflowc" : line };
}
