// The language server: started, stopped and started anew, one after the other.

import type * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import type { Compiler } from "./compiler";

export interface Server {
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function server(compiler: Compiler, log: vscode.LogOutputChannel): Server {
  let client: LanguageClient | undefined;
  let last = Promise.resolve();

  const open = async (): Promise<void> => {
    client ??= await connect(compiler, log);
  };
  const close = async (): Promise<void> => {
    const running = client;
    client = undefined;
    await running?.dispose();
  };
  const inTurn = (...steps: (() => Promise<void>)[]): Promise<void> => {
    for (const step of steps) {
      last = last.then(step).catch((error: unknown) => {
        log.error(`the language server: ${String(error)}`);
      });
    }
    return last;
  };
  const forget = (): Promise<void> => {
    compiler.forget();
    return Promise.resolve();
  };
  return {
    start: () => inTurn(open),
    restart: () => inTurn(close, forget, open),
    stop: () => inTurn(close),
  };
}

async function connect(
  compiler: Compiler,
  log: vscode.LogOutputChannel,
): Promise<LanguageClient | undefined> {
  const found = await compiler.find();
  if (found === undefined) return undefined;
  const args = [...found.args, "lsp"];
  log.info(`starting ${[found.command, ...args].join(" ")}`);
  const client = new LanguageClient(
    "mflow",
    "mflow",
    { command: found.command, args },
    {
      documentSelector: [
        { scheme: "file", language: "mflow" },
        { scheme: "untitled", language: "mflow" },
      ],
      diagnosticCollectionName: "mflow",
      initializationOptions: { reportCommand: "mflow.openReport" },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  await client.start();
  return client;
}
