// node run.mjs TOOLS WORKSPACE SUITE PYTHON: runs SUITE in code-server, which TOOLS holds, in a
// headless Chromium. Prints what the suite prints, then the report's text; exits with 0 if all is
// well.

import { PATIENCE_MS, reportText, withEditor } from "./harness.mjs";

const [tools, workspace, suite, python] = process.argv.slice(2);

process.exitCode = await withEditor({ tools, workspace, python }, async ({ host, page, log }) => {
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
  console.log("suite:", code);
  if (code !== 0) {
    log();
    return 1;
  }
  console.log(await reportText(page));
  return 0;
});

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
