// A code-server with the packaged extension, and a headless Chromium: started and ended together.

import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export const PATIENCE_MS = 120_000;
const EXTENSION = path.resolve(import.meta.dirname, "..", "..", "dist", "mflow.vsix");
const BROWSER = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const EDITOR = [
  "--auth=none",
  "--disable-telemetry",
  "--disable-update-check",
  "--disable-workspace-trust",
  "--disable-getting-started-override",
];
const QUIET = {
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

/**
 * Opens `workspace` in an editor whose server is that of `python`, and gives `play` the host and a
 * page of the browser. `tools` is the folder that holds code-server and playwright-core.
 */
export async function withEditor({ tools, workspace, python, settings = {}, viewport }, play) {
  const { chromium } = createRequire(path.join(tools, "package.json"))("playwright-core");
  const scratch = mkdtempSync(path.join(tmpdir(), "mflow-editor-"));
  const host = `127.0.0.1:${await freePort()}`;
  const editor = startEditor({ tools, workspace, python, settings, scratch, host });
  try {
    const answers = await until(async () => (await fetch(`http://${host}/healthz`)).ok);
    if (!answers) throw new Error("code-server does not answer");
    const options = {
      executablePath: "/usr/bin/chromium",
      headless: true,
      args: BROWSER,
      viewport,
    };
    const browser = await chromium.launchPersistentContext(path.join(scratch, "profile"), options);
    try {
      const page = browser.pages()[0] ?? (await browser.newPage());
      return await play({ host, page, log: () => printLog(scratch) });
    } finally {
      await browser.close();
    }
  } finally {
    editor.kill();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Tells whether `holds` becomes true while one can wait. */
export async function until(holds) {
  for (let end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    if (await holds().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** Returns the text of the report's page once its own script ran: that labels the boxes. */
export async function reportText(page) {
  let text = "";
  await until(async () => {
    for (const frame of page.frames()) {
      const found = await frame
        .evaluate(() => document.querySelector(".plot a[aria-label]") && document.body.innerText)
        .catch(() => null);
      text = found ?? text;
    }
    return text !== "";
  });
  return text;
}

function startEditor({ tools, workspace, python, settings, scratch, host }) {
  const user = path.join(scratch, "user");
  // Where programs are is the machine's matter: an editor in a browser takes it from there alone.
  writeSettings(path.join(user, "Machine"), { "mflow.interpreter": python });
  writeSettings(path.join(user, "User"), { ...QUIET, ...settings });
  const entry = path.join(tools, "node_modules", "code-server", "out", "node", "entry.js");
  const places = ["--config", path.join(scratch, "config.yaml"), "--user-data-dir", user];
  const common = [entry, ...places, "--extensions-dir", path.join(scratch, "extensions")];
  const env = { ...process.env, XDG_CONFIG_HOME: scratch };
  execFileSync(process.execPath, [...common, "--install-extension", EXTENSION], { env });
  const args = [...common, ...EDITOR, `--bind-addr=${host}`, workspace];
  return spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
}

function writeSettings(folder, settings) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "settings.json"), JSON.stringify(settings));
}

/** Prints what the extension logged. */
function printLog(scratch) {
  const logs = path.join(scratch, "user", "logs");
  const files = readdirSync(logs, { recursive: true }).filter((file) =>
    /mflow[^/]*\.log$/.test(file),
  );
  for (const file of files) console.log(readFileSync(path.join(logs, file), "utf8"));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
