// node tutorial.mjs TOOLS FOLDER PYTHON PICTURES: plays docs/tutorial.md with mouse and keys in the
// editor that TOOLS holds, in FOLDER, which has the speech example. Writes a picture of each step
// into the folder PICTURES, and prints what the user reads.

import { existsSync } from "node:fs";
import path from "node:path";
import { reportText, until, withEditor } from "./harness.mjs";

const [tools, workspace, python, pictures] = process.argv.slice(2);
const PATIENCE = { timeout: 60_000 };
const LOOK = {
  "workbench.colorTheme": "Default Light Modern",
  "workbench.startupEditor": "none",
  "workbench.statusBar.visible": false,
  "workbench.activityBar.location": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.tips.enabled": false,
  "window.commandCenter": false,
  "window.menuBarVisibility": "hidden",
  "breadcrumbs.enabled": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 14,
  "editor.cursorBlinking": "solid",
  "editor.occurrencesHighlight": "off",
  "editor.acceptSuggestionOnEnter": "off",
  "editor.lightbulb.enabled": "off",
  "task.problemMatchers.neverPrompt": true,
};
const viewport = { width: 1100, height: 620 };

const STEPS = [openManifest, chooseChip, breakBudget, mend, seeReport, build];

const opening = { tools, workspace, python, settings: LOOK, viewport };
await withEditor(opening, async ({ host, page, log }) => {
  await page.goto(`http://${host}/?folder=${workspace}`);
  for (const step of STEPS) {
    await step(page).catch((error) => {
      console.log("failed:", step.name);
      log();
      throw error;
    });
  }
});

async function openManifest(page) {
  await page.waitForSelector(".explorer-folders-view .monaco-list-row", PATIENCE);
  await page.getByText("speech.mflow").first().dblclick();
  await page.waitForSelector(".monaco-editor .view-lines", PATIENCE);
  await page.waitForSelector(".codelens-decoration a", PATIENCE);
}

async function chooseChip(page) {
  await select(page, "host, esp32, atsamv71, nrf52840, lm3s6965");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+Space");
  await page.keyboard.type("nrf");
  await page.waitForSelector(".suggest-widget .monaco-list-row >> text=nrf52840", PATIENCE);
  await picture(page, "completion");
  await select(page, "nrf");
  await page.keyboard.type("nrf52840");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".squiggly-error", { ...PATIENCE, state: "detached" });
  await shown(async () => (await text(page, ".codelens-decoration")).startsWith("nrf52840: "));
  await page.keyboard.press("Control+Home");
  await picture(page, "figures");
  console.log("lens:", await text(page, ".codelens-decoration"));
}

async function breakBudget(page) {
  await select(page, "16KiB");
  await page.keyboard.type("4KiB");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".squiggly-error", PATIENCE);
  await page.keyboard.press("ArrowLeft");
  await opened(page, ["Control+K", "Control+I"], ".monaco-hover:visible >> text=MF5001");
  await picture(page, "message");
  console.log("message:", await text(page, ".monaco-hover:visible"));
  await page.keyboard.press("Escape");
}

async function mend(page) {
  const menu = ".action-widget .monaco-list-row";
  await opened(page, ["Control+."], `${menu} >> text=row by row`);
  await picture(page, "fix");
  await page.locator(`${menu} >> text=row by row`).first().click();
  await page.waitForSelector(".squiggly-error", { ...PATIENCE, state: "detached" });
  await page.waitForSelector(".view-line >> text=stream", PATIENCE);
  await perform(page, "Format Document");
  await shown(async () => /stream {3}=/.test(await lines(page)));
  await page.keyboard.press("Control+S");
}

async function seeReport(page) {
  await page.locator(".codelens-decoration a").first().click();
  const report = await reportText(page);
  await picture(page, "report");
  console.log("report:", report.slice(0, 200));
}

async function build(page) {
  await perform(page, "mflow: Build");
  const made = path.join(workspace, "gen", "speech.report.json");
  await shown(() => Promise.resolve(existsSync(made)));
}

/** Chooses a command in the palette. */
async function perform(page, command) {
  await page.keyboard.press("F1");
  await page.waitForSelector(".quick-input-widget input", PATIENCE);
  await page.locator(".quick-input-widget input").first().fill(`>${command}`);
  await page.locator(`.quick-input-list .monaco-list-row >> text="${command}"`).first().click();
}

/** Presses keys, again if need be: an editor that is busy may open what it knew before. */
async function opened(page, keys, selector) {
  await shown(async () => {
    await page.keyboard.press("Escape");
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForSelector(selector, { timeout: 5_000 });
    return true;
  });
}

async function shown(holds) {
  if (!(await until(holds))) throw new Error(`waited in vain for ${holds.toString()}`);
}

/** Selects the first place of a text in the editor, as a user finds it. */
async function select(page, found) {
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+F");
  await page.waitForSelector(".find-widget.visible", PATIENCE);
  const input = page.locator(".find-widget .find-part textarea").first();
  await input.fill(found);
  await page.waitForSelector(".find-widget .matchesCount >> text=/ of 1$/", PATIENCE);
  await input.press("Enter");
  await page.waitForSelector(".find-widget .matchesCount >> text=1 of 1", PATIENCE);
  await input.press("Escape");
  await page.waitForSelector(".monaco-editor.focused", PATIENCE);
}

/** Returns the text of the editor, whose blanks do not break. */
async function lines(page) {
  return (await page.locator(".view-lines").first().innerText()).replaceAll("\u00a0", " ");
}

async function text(page, selector) {
  const lines = await page.locator(selector).allInnerTexts();
  return lines.join(" ").replace(/\s+/g, " ");
}

async function picture(page, name) {
  await page.waitForTimeout(600); // what fades in has done so
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}
