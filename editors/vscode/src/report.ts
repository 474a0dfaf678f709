// The report of a manifest, shown beside it.

import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Compiler } from "./compiler";
import { run } from "./process";
import { isSealed, reportName } from "./reportFile";

const panels = new Map<string, vscode.WebviewPanel>();

/** Has mflowc write the report of `document` into `folder` and shows the page. */
export async function openReport(
  document: vscode.TextDocument,
  compiler: Compiler,
  folder: vscode.Uri,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const found = await compiler.find();
  if (found === undefined) return;
  const manifest = document.uri.fsPath;
  const out = path.join(folder.fsPath, reportName(manifest));
  await mkdir(folder.fsPath, { recursive: true });
  await rm(out, { force: true });
  const args = [...found.args, "report", manifest, "--out", out];
  log.info(`running ${[found.command, ...args].join(" ")}`);
  const done = await withProgress(path.basename(manifest), () =>
    run(found.command, args, path.dirname(manifest)),
  );
  if (done.stderr !== "") log.info(done.stderr.trimEnd());
  const page = await readFile(out, "utf8").catch(() => "");
  if (isSealed(page)) {
    show(manifest, page);
    return;
  }
  if (done.stderr === "") log.error(done.failure || "mflowc wrote no report");
  await complain(path.basename(manifest), log);
}

function show(manifest: string, page: string): void {
  const known = panels.get(manifest);
  const panel = known ?? create(manifest);
  // The page carries a policy that lets its own script and style run and nothing be loaded.
  panel.webview.html = page;
  panel.reveal(undefined, true);
}

function create(manifest: string): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(
    "mflow.report",
    `Report of ${path.basename(manifest)}`,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, enableFindWidget: true, localResourceRoots: [] },
  );
  panels.set(manifest, panel);
  panel.onDidDispose(() => panels.delete(manifest));
  return panel;
}

function withProgress<T>(name: string, task: () => Promise<T>): Thenable<T> {
  const location = vscode.ProgressLocation.Window;
  return vscode.window.withProgress({ location, title: `mflow: report of ${name}` }, task);
}

async function complain(name: string, log: vscode.LogOutputChannel): Promise<void> {
  const output = "Show Output";
  const message = `There is no report of ${name}: the output says what is wrong with it.`;
  if ((await vscode.window.showErrorMessage(message, output)) === output) log.show();
}
