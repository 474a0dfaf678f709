// Runs inside the extension host of a real editor, with the workspace that the runner made.

import assert from "node:assert/strict";
import * as vscode from "vscode";

const PATIENCE_MS = 40_000;

export async function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder, "sine.mflow");
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  assert.equal(document.languageId, "mflow");

  await findings(document);
  await knowledge(document);
  await tasks();
  await report();
}

/** A mistake is found, and is gone once it is mended. */
async function findings(document: vscode.TextDocument): Promise<void> {
  const [found] = await until(() => some(vscode.languages.getDiagnostics(document.uri)));
  const { code } = found ?? {};
  assert.equal(typeof code === "object" ? code.value : code, "MF2013");
  const edit = new vscode.WorkspaceEdit();
  const start = document.positionAt(document.getText().indexOf("hosst"));
  edit.replace(document.uri, new vscode.Range(start, start.translate(0, 5)), "host");
  await vscode.workspace.applyEdit(edit);
  await document.save();
  await until(() => vscode.languages.getDiagnostics(document.uri).length === 0 || undefined);
}

/** What the server knows arrives in the editor. */
async function knowledge(document: vscode.TextDocument): Promise<void> {
  const place = document.positionAt(document.getText().indexOf("targets") + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    place,
  );
  const shown = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]);
  assert.match(shown.map(({ value }) => value).join("\n"), /chips to compile for/);
}

async function tasks(): Promise<void> {
  const offered = await vscode.tasks.fetchTasks({ type: "mflow" });
  assert.deepEqual(offered.map(({ name }) => name).sort(), [
    "build sine.mflow",
    "check sine.mflow",
  ]);
  const [check] = offered.filter(({ name }) => name.startsWith("check"));
  assert.ok(check);
  const ended = new Promise<number | undefined>((resolve) => {
    vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(check);
  assert.equal(await ended, 0);
}

async function report(): Promise<void> {
  await vscode.commands.executeCommand("mflow.openReport");
  const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await until(() => tabs().find(({ label }) => label === "Report of sine.mflow"));
}

function some<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length > 0 ? values : undefined;
}

async function until<T>(read: () => T | undefined): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = read();
    if (value !== undefined) return value;
    assert.ok(Date.now() < end, `waited in vain for ${read.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
