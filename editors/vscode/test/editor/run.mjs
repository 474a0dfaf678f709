// node run.mjs TOOLS WORKSPACE SUITE PYTHON: runs SUITE in code-server, which TOOLS holds, in a
// headless Chromium. Prints what the suite prints; exits with 0 if all is well.

import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const [tools, workspace, suite, python] = process.argv.slice(2);
const { chromium } = createRequire(path.join(tools, "package.json"))("playwright-core");
const EXTENSION = path.resolve(import.meta.dirname, "..", "..", "dist", "mflow.vsix");
const PATIENCE_MS = 120_000;
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

const scratch = mkdtempSync(path.join(tmpdir(), "mflow-editor-"));
const port = await freePort();
const host = `127.0.0.1:${port}`;
const editor = startEditor();
try {
  process.exitCode = await runSuite();
} finally {
  editor.kill();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function startEditor() {
  const user = path.join(scratch, "user");
  // Where programs are is the machine's matter: an editor in a browser takes it from there alone.
  writeSettings(path.join(user, "Machine"), { "mflow.interpreter": python });
  writeSettings(path.join(user, "User"), QUIET);
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

async function runSuite() {
  const answers = await until(async () => (await fetch(`http://${host}/healthz`)).ok);
  if (!answers) throw new Error("code-server does not answer");
  const profile = path.join(scratch, "profile");
  const options = { executablePath: "/usr/bin/chromium", headless: true, args: BROWSER };
  const browser = await chromium.launchPersistentContext(profile, options);
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    const ended = new Promise((resolve) => page.exposeFunction("codeAutomationExit", resolve));
    await page.exposeFunction("codeAutomationLog", (kind, args) => {
      if (kind === "error" || kind === "log") console.log(...args);
    });
    await page.addInitScript(offerTestDriver);
    const url = (file) => `vscode-remote://${host}${file}`;
    const payload = [
      ["extensionDevelopmentPath", url(workspace)],
      ["extensionTestsPath", url(suite)],
    ];
    const query = `folder=${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await page.goto(`http://${host}/?${query}`);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, "too late").unref());
    const code = await Promise.race([ended, late]);
    const shown = code === 0 && (await until(() => reportShown(page)));
    if (process.env.MFLOW_SHOT) await page.screenshot({ path: process.env.MFLOW_SHOT });
    if (code !== 0) printLog();
    console.log("suite:", code, "report:", shown);
    return code === 0 && shown ? 0 : 1;
  } finally {
    await browser.close();
  }
}

/** Prints what the extension logged. */
function printLog() {
  const logs = path.join(scratch, "user", "logs");
  const files = readdirSync(logs, { recursive: true }).filter((file) =>
    /mflow[^/]*\.log$/.test(file),
  );
  for (const file of files) console.log(readFileSync(path.join(logs, file), "utf8"));
}

/** Tells whether the report's own script ran: it moves the titles of boxes into their labels. */
async function reportShown(page) {
  for (const frame of page.frames()) {
    const found = await frame
      .evaluate(() => document.querySelectorAll(".plot a[aria-label]").length)
      .catch(() => 0);
    if (found > 0) return true;
  }
  return false;
}

/** Runs in the page: without this setting the workbench reports no test's end. */
function offerTestDriver() {
  if (window.top !== window) return;
  new MutationObserver(() => {
    const meta = document.getElementById("vscode-workbench-web-configuration");
    if (!meta || meta.dataset.driver) return;
    const settings = JSON.parse(meta.dataset.settings);
    settings.developmentOptions = { ...settings.developmentOptions, enableSmokeTestDriver: true };
    meta.dataset.settings = JSON.stringify(settings);
    meta.dataset.driver = "offered";
  }).observe(document, { childList: true, subtree: true });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}

async function until(holds) {
  for (let end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    if (await holds().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
