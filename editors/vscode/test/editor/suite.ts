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
  await completion(document);
  await formatting(document);
  await across(document, vscode.Uri.joinPath(folder, "boards.mflow"));
  await tasks();
  await report();
}

/** A mistake is found, its fix is offered, and nothing is found once that is applied. */
async function findings(document: vscode.TextDocument): Promise<void> {
  const [found] = await until(() => some(vscode.languages.getDiagnostics(document.uri)));
  const { code, range } = found ?? {};
  assert.equal(typeof code === "object" ? code.value : code, "MF2013");
  assert.ok(range);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const fix = actions.find(({ title }) => title === "write `host`");
  assert.ok(fix?.edit, `only ${actions.map(({ title }) => title).join()}`);
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  assert.match(document.getText(), /targets = \[host\]/);
  await document.save();
  await until(() => vscode.languages.getDiagnostics(document.uri).length === 0 || undefined);
}

/** What the server knows arrives in the editor. */
async function knowledge(document: vscode.TextDocument): Promise<void> {
  const ask = <T>(provider: string, ...rest: unknown[]): Thenable<T> =>
    vscode.commands.executeCommand<T>(provider, document.uri, ...rest);
  const hovers = await ask<vscode.Hover[]>("vscode.executeHoverProvider", at(document, "targets"));
  const shown = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]);
  assert.match(shown.map(({ value }) => value).join("\n"), /chips to compile for/);
  const lenses = await ask<vscode.CodeLens[]>("vscode.executeCodeLensProvider", 10);
  const [lens] = lenses.map(({ command }) => command);
  assert.match(lens?.title ?? "", /^host: [\d,]+ B RAM, [\d,]+ B flash, [\d,]+ MACs/);
  assert.equal(lens?.command, "mflow.openReport");
}

async function completion(document: vscode.TextDocument): Promise<void> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    at(document, "host"),
  );
  const labels = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
  assert.ok(labels.includes("nrf52840"), labels.join());
}

async function formatting(document: vscode.TextDocument): Promise<void> {
  const before = document.getText();
  const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
    "vscode.executeFormatDocumentProvider",
    document.uri,
    { tabSize: 2, insertSpaces: true },
  );
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, edits);
  await vscode.workspace.applyEdit(edit);
  await document.save();
  assert.match(before, /source = "/);
  assert.match(document.getText(), /source {2}= "sine.tflite"\n {2}targets = \[host\]/);
}

/** What is wrong in a used file is shown there, and a rename reaches it, though it is not open. */
async function across(document: vscode.TextDocument, used: vscode.Uri): Promise<void> {
  await replace(document, "mflow 1", 'mflow 1\n\nuse "boards.mflow"');
  await replace(document, "[host]", "[host, board]");
  const [found] = await until(() => some(vscode.languages.getDiagnostics(used)));
  assert.match(found?.message ?? "", /clokc/);
  const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
    "vscode.executeDocumentRenameProvider",
    document.uri,
    at(document, "board]"),
    "mote",
  );
  assert.equal(edit.entries().length, 2);
  assert.ok(await vscode.workspace.applyEdit(edit));
  assert.match(document.getText(), /targets = \[host, mote\]/);
  const boards = await vscode.workspace.openTextDocument(used);
  assert.match(boards.getText(), /target mote : nrf52840/);
  await replace(boards, "clokc", "clock");
  await until(() => vscode.languages.getDiagnostics(used).length === 0 || undefined);
  assert.ok((await boards.save()) && (await document.save()));
}

async function replace(
  document: vscode.TextDocument,
  before: string,
  after: string,
): Promise<void> {
  const start = document.getText().indexOf(before);
  const place = new vscode.Range(
    document.positionAt(start),
    document.positionAt(start + before.length),
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, place, after);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Returns the place behind the first letter of `word`. */
function at(document: vscode.TextDocument, word: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(word) + 1);
}

async function tasks(): Promise<void> {
  const offered = await vscode.tasks.fetchTasks({ type: "mflow" });
  assert.deepEqual(offered.map(({ name }) => name).sort(), [
    "build boards.mflow",
    "build sine.mflow",
    "check boards.mflow",
    "check sine.mflow",
  ]);
  const check = offered.find(({ name }) => name === "check sine.mflow");
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
