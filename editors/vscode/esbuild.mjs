// Bundles the extension into dist/, or with --tests each test into dist/test/.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const files = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
const testFiles = [...files, "editor/suite.ts"].map((name) => `test/${name}`);

const { metafile } = await build({
  entryPoints: tests ? testFiles : ["src/extension.ts"],
  outdir: tests ? "dist/test" : "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: !tests,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});
if (!tests) writeFileSync("dist/NOTICES.txt", notices(Object.keys(metafile.inputs)));

/** Returns the licences of the packages that `inputs` come from, as they ask for. */
function notices(inputs) {
  const folders = inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  const packages = [...new Set(folders)].filter(Boolean).sort();
  return packages.map(notice).join("\n");
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json")));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  const text = readFileSync(path.join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
