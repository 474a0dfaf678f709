// Where mflowc may be: pure functions from what is known of the computer to commands to try.

import * as path from "node:path";

/** A way to start mflowc: `command` with `args` before its own arguments. */
export interface Candidate {
  readonly origin: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** What is known of the computer. Settings are expanded, and empty where they are not set. */
export interface Facts {
  readonly windows: boolean;
  readonly trusted: boolean;
  readonly serverPath: string;
  readonly interpreter: string;
  /** The interpreter that the Python extension has active. */
  readonly active: string | undefined;
  readonly folders: readonly string[];
  /** The variable PATH. */
  readonly path: string;
}

/** Why a candidate cannot be used, or the version that it printed. */
export type Probe = { readonly version: string } | { readonly reason: string };

export interface Rejected {
  readonly candidate: Candidate;
  readonly reason: string;
}

export interface Choice {
  readonly found: { readonly candidate: Candidate; readonly version: string } | undefined;
  readonly rejected: readonly Rejected[];
}

/** Without -P, `python -m` would import a `lark.py` that lies in the folder. */
const MODULE = ["-P", "-m", "microflow"];

/**
 * Returns the commands to try, best first. A setting is the only one: taking another than what was
 * asked for would be silent. Nothing that lies in the folder is tried unless the folder is trusted.
 */
export function candidates(facts: Facts): Candidate[] {
  if (facts.serverPath !== "") {
    return [{ origin: "the setting mflow.server.path", command: facts.serverPath, args: [] }];
  }
  if (facts.interpreter !== "") {
    return [python("the setting mflow.interpreter", facts.interpreter)];
  }
  const inFolders = facts.trusted ? [...activeInterpreter(facts), ...environments(facts)] : [];
  return [...inFolders, ...programs(facts)];
}

/** Returns the first candidate that `probe` finds usable, and why those before it are not. */
export async function choose(
  tried: readonly Candidate[],
  probe: (candidate: Candidate) => Promise<Probe>,
): Promise<Choice> {
  const rejected: Rejected[] = [];
  for (const candidate of tried) {
    const answer = await probe(candidate);
    if ("version" in answer) {
      return { found: { candidate, version: answer.version }, rejected };
    }
    rejected.push({ candidate, reason: answer.reason });
  }
  return { found: undefined, rejected };
}

/** Returns what the user reads where nothing was found. */
export function missing(facts: Facts, rejected: readonly Rejected[]): string {
  const [first] = rejected;
  if (first !== undefined && (facts.serverPath !== "" || facts.interpreter !== "")) {
    return `mflowc does not run: ${first.candidate.origin} names ${first.candidate.command}, but ${first.reason}.`;
  }
  const trust = facts.trusted ? "" : " Programs in this folder are not tried before you trust it.";
  return `mflowc was not found. Install it with "pip install mflowc" (Python 3.11 or later), or say where it is in the settings.${trust}`;
}

function python(origin: string, command: string): Candidate {
  return { origin, command, args: MODULE };
}

function activeInterpreter(facts: Facts): Candidate[] {
  const active = facts.active;
  return active === undefined ? [] : [python("the Python extension's interpreter", active)];
}

function environments(facts: Facts): Candidate[] {
  const inside = facts.windows ? ["Scripts", "python.exe"] : ["bin", "python"];
  const paths = flavour(facts);
  return facts.folders.map((folder) =>
    python("the folder's .venv", paths.join(folder, ".venv", ...inside)),
  );
}

function programs(facts: Facts): Candidate[] {
  const paths = flavour(facts);
  const name = facts.windows ? "mflowc.exe" : "mflowc";
  const places = facts.path.split(paths.delimiter).filter((place) => paths.isAbsolute(place));
  const allowed = places.filter((place) => facts.trusted || !withinAny(facts, place));
  return [...new Set(allowed)].map((place) => ({
    origin: "PATH",
    command: paths.join(place, name),
    args: [],
  }));
}

function withinAny(facts: Facts, place: string): boolean {
  const paths = flavour(facts);
  return facts.folders.some((folder) => {
    const way = paths.relative(folder, place);
    return !paths.isAbsolute(way) && way.split(/[\\/]/)[0] !== "..";
  });
}

function flavour(facts: Facts): path.PlatformPath {
  return facts.windows ? path.win32 : path.posix;
}
