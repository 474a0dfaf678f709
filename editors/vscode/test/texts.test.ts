import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { markdown, ordered, pagesOf } from "../src/explain";
import { isSealed, reportName } from "../src/reportFile";
import { isCommand, taskArguments } from "../src/taskArguments";
import { expand } from "../src/variables";

const VALUES = { workspaceFolder: "/w", userHome: "/h", env: { VENV: "/v" } };

test("variables of settings", () => {
  assert.equal(expand(" ${workspaceFolder}/.venv/bin/python ", VALUES), "/w/.venv/bin/python");
  assert.equal(expand("~/bin/mflowc", VALUES), "/h/bin/mflowc");
  assert.equal(expand("${userHome}/x", VALUES), "/h/x");
  assert.equal(expand("${env:VENV}/bin/mflowc", VALUES), "/v/bin/mflowc");
  assert.equal(expand("${env:NONE}/mflowc", VALUES), "${env:NONE}/mflowc");
  assert.equal(
    expand("${workspaceFolder}", { ...VALUES, workspaceFolder: undefined }),
    "${workspaceFolder}",
  );
});

test("pages of codes", () => {
  const entry = (code: string, page: string): object => ({
    code,
    name: "x",
    severity: "error",
    title: `Title ${code}`,
    page,
  });
  const results = [
    entry("MF1001", "Title\n\nBody\n"),
    { code: 1 },
    null,
    entry("MF5001", "T\n\nB"),
  ];
  const pages = pagesOf(JSON.stringify({ version: 1, results }));
  assert.deepEqual(
    pages.map(({ code }) => code),
    ["MF1001", "MF5001"],
  );
  const [first] = pages;
  assert.ok(first);
  assert.equal(markdown(first), "# MF1001: Title MF1001\n\nBody\n");
  assert.deepEqual(
    ordered(pages, new Set(["MF5001"])).map(({ code }) => code),
    ["MF5001", "MF1001"],
  );
  assert.deepEqual(pagesOf("Usage: mflowc"), []);
  assert.deepEqual(pagesOf("[]"), []);
});

test("a report of its own for each manifest", () => {
  assert.match(reportName("/a/wake up.mflow"), /^wake_up-[0-9a-f]{12}\.html$/);
  assert.notEqual(reportName("/a/wake.mflow"), reportName("/b/wake.mflow"));
});

test("only a page that loads nothing is shown", () => {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-x'">`;
  assert.ok(isSealed(`<html><head>${policy}</head><body></body></html>`));
  assert.ok(!isSealed("<html><head></head><body></body></html>"));
  assert.ok(!isSealed(`<html><head></head><body>${policy}</body></html>`));
  assert.ok(!isSealed(policy.replace("'none'", "*") + "<body>"));
  assert.ok(!isSealed(""));
});

test("arguments of tasks", () => {
  assert.deepEqual(taskArguments("check", "a/b.mflow"), [
    "check",
    "a/b.mflow",
    "--format",
    "concise",
  ]);
  assert.deepEqual(taskArguments("build", "-b.mflow"), ["build", "./-b.mflow"]);
  assert.ok(isCommand("check"));
  assert.ok(!isCommand("rm"));
});

interface Pattern {
  readonly regexp: string;
}
interface Contributions {
  readonly contributes: {
    readonly problemPatterns: readonly [
      Pattern,
      { readonly patterns: readonly [Pattern, Pattern] },
    ];
  };
}
const CONTRIBUTED = (JSON.parse(readFileSync("package.json", "utf8")) as Contributions).contributes;

test("the problem matcher reads what a check prints", () => {
  const pattern = new RegExp(CONTRIBUTED.problemPatterns[0].regexp);
  const read = (line: string): string[] | undefined => pattern.exec(line)?.slice(1);
  assert.deepEqual(read("a b/wake.mflow:5:13: error[MF5001]: over: by 3 B"), [
    "a b/wake.mflow",
    "5",
    "13",
    "error",
    "MF5001",
    "over: by 3 B",
  ]);
  assert.deepEqual(read("C:\\w\\wake.mflow:1:2: warning[MF5002]: slow")?.slice(0, 4), [
    "C:\\w\\wake.mflow",
    "1",
    "2",
    "warning",
  ]);
  assert.equal(read("wake  host  1,024"), undefined);
});

test("the problem matcher reads what a build prints", () => {
  const [, { patterns }] = CONTRIBUTED.problemPatterns;
  const [head, place] = patterns.map(({ regexp }) => new RegExp(regexp));
  assert.deepEqual(head?.exec("error[MF2013]: there is no target `hosst`")?.slice(1), [
    "error",
    "MF2013",
    "there is no target `hosst`",
  ]);
  assert.deepEqual(place?.exec(" --> C:\\w\\bad.mflow:4:13")?.slice(1), [
    "C:\\w\\bad.mflow",
    "4",
    "13",
  ]);
});
