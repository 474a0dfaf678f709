// The variables of settings.

export interface Values {
  readonly workspaceFolder: string | undefined;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns `text` with its variables replaced; those that have no value stay, to be seen. */
export function expand(text: string, values: Values): string {
  const replaced = text.trim().replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    return value(name, values) ?? whole;
  });
  return replaced.replace(/^~(?=[\\/])/, () => values.userHome);
}

function value(name: string, values: Values): string | undefined {
  if (name === "workspaceFolder") return values.workspaceFolder;
  if (name === "userHome") return values.userHome;
  return name.startsWith("env:") ? values.env[name.slice("env:".length)] : undefined;
}
