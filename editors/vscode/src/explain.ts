// Pages of codes: pure functions of what `mflowc explain --json` prints.

export interface Page {
  readonly code: string;
  readonly title: string;
  readonly severity: string;
  /** Markdown whose first line is the title. */
  readonly text: string;
}

/** Returns the pages in a document of `mflowc explain --json`; none where it is something else. */
export function pagesOf(document: string): Page[] {
  const results = field(parsed(document), "results");
  return Array.isArray(results) ? results.flatMap((entry) => page(entry) ?? []) : [];
}

/** Returns `page` as a Markdown document. */
export function markdown(page: Page): string {
  const body = page.text.split("\n").slice(1).join("\n").trim();
  return `# ${page.code}: ${page.title}\n\n${body}\n`;
}

/** Returns `pages` with those of `codes` first, each part in its order. */
export function ordered(pages: readonly Page[], codes: ReadonlySet<string>): Page[] {
  const [first, rest] = [true, false].map((wanted) =>
    pages.filter((page) => codes.has(page.code) === wanted),
  );
  return [...(first ?? []), ...(rest ?? [])];
}

function page(entry: unknown): Page | undefined {
  const [code, title, severity, text] = ["code", "title", "severity", "page"].map((name) =>
    field(entry, name),
  );
  const complete =
    typeof code === "string" &&
    typeof title === "string" &&
    typeof severity === "string" &&
    typeof text === "string";
  return complete ? { code, title, severity, text } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
