// The command that explains a code.

import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Compiler } from "./compiler";
import { markdown, ordered, pagesOf, type Page } from "./explain";
import { run } from "./process";

const SCHEME = "mflow-explain";

/** Returns the function that shows the page of a code, and lets the user choose one if it is none. */
export function explainer(
  compiler: Compiler,
  log: vscode.LogOutputChannel,
  subscriptions: vscode.ExtensionContext["subscriptions"],
): (code: unknown) => Promise<void> {
  const texts = new Map<string, string>();
  subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.path),
    }),
  );
  return async (code) => {
    const pages = await allPages(compiler, log);
    if (pages.length === 0) return;
    const page = pages.find((known) => known.code === code) ?? (await pick(pages));
    if (page === undefined) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${page.code}.md` });
    texts.set(uri.path, markdown(page));
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  };
}

async function allPages(compiler: Compiler, log: vscode.LogOutputChannel): Promise<Page[]> {
  const found = await compiler.find();
  if (found === undefined) return [];
  const done = await run(found.command, [...found.args, "explain", "--json"], homedir());
  const pages = pagesOf(done.stdout);
  if (pages.length === 0) {
    log.error(`mflowc explain: ${done.stderr.trim() || done.failure}`);
    void vscode.window.showErrorMessage("mflowc does not list its codes: see the output of mflow.");
  }
  return pages;
}

/** Lets the user choose, with the codes of the open manifest first. */
async function pick(pages: readonly Page[]): Promise<Page | undefined> {
  const found = here();
  const items = ordered(pages, found).map((page) => ({
    label: page.code,
    description: page.title,
    detail: found.has(page.code) ? "in this manifest" : "",
    page,
  }));
  const options = { placeHolder: "Code to explain", matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.page;
}

function here(): Set<string> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const found = uri === undefined ? [] : vscode.languages.getDiagnostics(uri);
  return new Set(
    found.map(({ code }) => String(typeof code === "object" ? code.value : (code ?? ""))),
  );
}
