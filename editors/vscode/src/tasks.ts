// Tasks: `mflowc check` and `mflowc build` of a manifest.

import * as path from "node:path";
import * as vscode from "vscode";
import type { Compiler } from "./compiler";
import { COMMANDS, isCommand, taskArguments, type Command } from "./taskArguments";

export const TASK_TYPE = "mflow";
const MOST_FILES = 100;

/** Returns the provider of tasks for the folder's manifests, and for those in tasks.json. */
export function taskProvider(compiler: Compiler): vscode.TaskProvider {
  return {
    provideTasks: async () => {
      if ((await compiler.find()) === undefined) return [];
      const files = await vscode.workspace.findFiles(
        "**/*.mflow",
        "**/{node_modules,.venv}/**",
        MOST_FILES,
      );
      const tasks = files.flatMap((file) => COMMANDS.map((word) => taskOf(compiler, word, file)));
      return (await Promise.all(tasks)).filter((task) => task !== undefined);
    },
    resolveTask: (task) => {
      const { command, file } = task.definition;
      const { scope } = task;
      const known = isCommand(command) && typeof file === "string";
      if (!known || typeof scope !== "object") return undefined;
      return makeTask(compiler, task.definition, command, file, scope);
    },
  };
}

/** Returns the task that runs `command` on `manifest`; undefined without mflowc. */
export function taskOf(
  compiler: Compiler,
  command: Command,
  manifest: vscode.Uri,
): Promise<vscode.Task | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(manifest) ?? lone(manifest);
  const file = path.relative(folder.uri.fsPath, manifest.fsPath).split(path.sep).join("/");
  return makeTask(compiler, { type: TASK_TYPE, command, file }, command, file, folder);
}

async function makeTask(
  compiler: Compiler,
  definition: vscode.TaskDefinition,
  command: Command,
  file: string,
  folder: vscode.WorkspaceFolder,
): Promise<vscode.Task | undefined> {
  const found = await compiler.find();
  if (found === undefined) return undefined;
  const args = [...found.args, ...taskArguments(command, file)];
  const execution = new vscode.ProcessExecution(found.command, args, { cwd: folder.uri.fsPath });
  const matchers = [command === "check" ? "$mflow" : "$mflow-full"];
  const name = `${command} ${file}`;
  const task = new vscode.Task(definition, folder, name, "mflow", execution, matchers);
  if (command === "build") task.group = vscode.TaskGroup.Build;
  task.presentationOptions = { clear: true, showReuseMessage: false };
  return task;
}

/** A manifest outside of the workspace is named from its own folder. */
function lone(manifest: vscode.Uri): vscode.WorkspaceFolder {
  const uri = vscode.Uri.joinPath(manifest, "..");
  return { uri, name: path.basename(uri.fsPath), index: 0 };
}
