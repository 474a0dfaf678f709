// What VS Code knows: settings, folders, trust and the Python extension.

import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Facts } from "./lookup";
import { expand } from "./variables";

/** Settings that another server follows from. */
export const SERVER_SETTINGS = ["mflow.server.path", "mflow.interpreter"];

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): unknown;
    resolveEnvironment(
      path: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Returns what the look-up of mflowc needs to know. */
export async function facts(log: vscode.LogOutputChannel): Promise<Facts> {
  const trusted = vscode.workspace.isTrusted;
  const settings = vscode.workspace.getConfiguration("mflow");
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const values = { workspaceFolder: folders[0], userHome: homedir(), env: process.env };
  return {
    windows: process.platform === "win32",
    trusted,
    serverPath: expand(settings.get("server.path", ""), values),
    interpreter: expand(settings.get("interpreter", ""), values),
    active: trusted ? await activeInterpreter(log) : undefined,
    folders,
    path: process.env.PATH ?? "",
  };
}

/** Calls `changed` whenever another interpreter is made active. */
export async function onInterpreter(changed: () => void): Promise<vscode.Disposable | undefined> {
  const extension = await pythonExtension();
  return extension?.environments?.onDidChangeActiveEnvironmentPath(changed);
}

async function activeInterpreter(log: vscode.LogOutputChannel): Promise<string | undefined> {
  try {
    const environments = (await pythonExtension())?.environments;
    const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
    const path = environments?.getActiveEnvironmentPath(resource);
    return (await environments?.resolveEnvironment(path))?.executable.uri?.fsPath;
  } catch (error) {
    log.warn(`the Python extension does not tell its interpreter: ${String(error)}`);
    return undefined;
  }
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined || !vscode.workspace.isTrusted) return undefined;
  return extension.isActive ? extension.exports : extension.activate();
}
