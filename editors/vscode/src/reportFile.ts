// The page of a report: where it is kept, and whether it may be shown.

import { createHash } from "node:crypto";
import * as path from "node:path";

const POLICY =
  /<meta\s+http-equiv="Content-Security-Policy"\s+content="default-src 'none';[^"]*"\s*\/?>/i;

/** Returns the name for the report of `manifest`, another one for each manifest. */
export function reportName(manifest: string): string {
  const { name } = path.parse(manifest);
  const digest = createHash("sha256").update(manifest).digest("hex").slice(0, 12);
  return `${name.replace(/[^\w-]/g, "_")}-${digest}.html`;
}

/** Tells whether `page` says itself, before its body, that nothing may be loaded. */
export function isSealed(page: string): boolean {
  const head = /^[^]*?<body\b/i.exec(page);
  return head !== null && POLICY.test(head[0]);
}
