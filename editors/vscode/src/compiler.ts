// The mflowc in use: looked up once, and again where something changed.

import * as vscode from "vscode";
import { facts } from "./host";
import { candidates, choose, missing, type Candidate } from "./lookup";
import { probe } from "./process";

export interface Compiler {
  /** Returns how to start mflowc; undefined where there is none, which the user was told. */
  find(): Promise<Candidate | undefined>;
  /** Makes the next `find` look anew. */
  forget(): void;
}

export function compiler(log: vscode.LogOutputChannel): Compiler {
  let found: Promise<Candidate | undefined> | undefined;
  return {
    find: async () => {
      found ??= lookUp(log);
      const candidate = await found;
      if (candidate === undefined) found = undefined;
      return candidate;
    },
    forget: () => {
      found = undefined;
    },
  };
}

async function lookUp(log: vscode.LogOutputChannel): Promise<Candidate | undefined> {
  const known = await facts(log);
  const { found, rejected } = await choose(candidates(known), probe);
  for (const { candidate, reason } of rejected) {
    log.debug(`not ${candidate.command} (${candidate.origin}): ${reason}`);
  }
  if (found === undefined) {
    const message = missing(known, rejected);
    log.error(message);
    void offerHelp(message, log);
    return undefined;
  }
  const { candidate, version } = found;
  log.info(`mflowc ${version} of ${candidate.origin}: ${candidate.command}`);
  return candidate;
}

async function offerHelp(message: string, log: vscode.LogOutputChannel): Promise<void> {
  const settings = "Open Settings";
  const output = "Show Output";
  const answer = await vscode.window.showErrorMessage(message, settings, output);
  if (answer === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "@ext:microflow.mflow");
  }
  if (answer === output) log.show();
}
