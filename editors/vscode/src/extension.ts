// Where the extension starts.

import * as vscode from "vscode";
import { explainer } from "./codes";
import { compiler } from "./compiler";
import { onInterpreter, SERVER_SETTINGS } from "./host";
import { openReport } from "./report";
import { server, type Server } from "./server";
import type { Command } from "./taskArguments";
import { TASK_TYPE, taskOf, taskProvider } from "./tasks";

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("mflow", { log: true });
  const mflowc = compiler(log);
  const lsp = server(mflowc, log);
  running = lsp;
  const storage = context.storageUri ?? context.globalStorageUri;
  const command = (name: string, action: (argument: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`mflow.${name}`, action);
  const perform = (word: Command) => async (): Promise<void> => {
    const document = await manifest();
    const task = document && (await taskOf(mflowc, word, document.uri));
    if (task !== undefined) await vscode.tasks.executeTask(task);
  };

  context.subscriptions.push(
    log,
    command("restartServer", () => lsp.restart()),
    command("showOutput", () => {
      log.show();
    }),
    command("check", perform("check")),
    command("build", perform("build")),
    command("explain", explainer(mflowc, log, context.subscriptions)),
    command("openReport", async (uri) => {
      if (typeof uri === "string") await show(vscode.Uri.parse(uri));
      const document = await manifest();
      if (document !== undefined) await openReport(document, mflowc, storage, log);
    }),
    vscode.tasks.registerTaskProvider(TASK_TYPE, taskProvider(mflowc)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => lsp.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (SERVER_SETTINGS.some((name) => change.affectsConfiguration(name))) void lsp.restart();
    }),
  );
  await lsp.start();
  const interpreter = await onInterpreter(() => void lsp.restart());
  if (interpreter !== undefined) context.subscriptions.push(interpreter);
}

export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}

async function show(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Returns the manifest in the active editor, saved; says what is missing where there is none. */
async function manifest(): Promise<vscode.TextDocument | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "mflow") {
    await vscode.window.showInformationMessage("Open a manifest (.mflow) first.");
    return undefined;
  }
  const saved = !document.isDirty || (await document.save());
  return saved && document.uri.scheme === "file" ? document : undefined;
}
