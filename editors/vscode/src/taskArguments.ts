// What mflowc is told to do in a task.

export const COMMANDS = ["check", "build"] as const;
export type Command = (typeof COMMANDS)[number];

/** Tells whether a task may run `word`. */
export function isCommand(word: unknown): word is Command {
  return COMMANDS.some((command) => command === word);
}

/** Returns the arguments of `mflowc`: findings of a check are one a line, for the matcher. */
export function taskArguments(command: Command, file: string): string[] {
  const format = command === "check" ? ["--format", "concise"] : [];
  // A name that begins with a dash is no option.
  return [command, file.startsWith("-") ? `./${file}` : file, ...format];
}
