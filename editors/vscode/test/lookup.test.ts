import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, choose, missing, type Candidate, type Facts } from "../src/lookup";

const FACTS: Facts = {
  windows: false,
  trusted: true,
  serverPath: "",
  interpreter: "",
  active: "/opt/python/bin/python",
  folders: ["/home/ann/wake", "/home/ann/boards"],
  path: "/usr/local/bin:/usr/bin",
};
const MODULE = ["-P", "-m", "microflow"];

const commands = (facts: Facts): string[] => candidates(facts).map(({ command }) => command);

test("without settings: the active interpreter, each folder's .venv, then the PATH", () => {
  assert.deepEqual(commands(FACTS), [
    "/opt/python/bin/python",
    "/home/ann/wake/.venv/bin/python",
    "/home/ann/boards/.venv/bin/python",
    "/usr/local/bin/mflowc",
    "/usr/bin/mflowc",
  ]);
});

test("interpreters run the module without the folder on their path", () => {
  const [active, environment] = candidates(FACTS);
  assert.deepEqual(active?.args, MODULE);
  assert.deepEqual(environment?.args, MODULE);
});

test("a setting is the only candidate, and the program goes before the interpreter", () => {
  const both = { ...FACTS, serverPath: "/a/mflowc", interpreter: "/b/python" };
  assert.deepEqual(candidates(both), [
    { origin: "the setting mflow.server.path", command: "/a/mflowc", args: [] },
  ]);
  assert.deepEqual(candidates({ ...FACTS, interpreter: "/b/python" }), [
    { origin: "the setting mflow.interpreter", command: "/b/python", args: MODULE },
  ]);
});

test("nothing of an untrusted folder is run", () => {
  const path = "/home/ann/wake/bin:/home/ann/wake:/home/ann/wakeful:.:bin::/usr/bin";
  assert.deepEqual(commands({ ...FACTS, trusted: false, path }), [
    "/home/ann/wakeful/mflowc",
    "/usr/bin/mflowc",
  ]);
});

test("places of the PATH that depend on the current folder are left out, even with trust", () => {
  const facts = { ...FACTS, active: undefined, folders: [], path: ".::bin:/usr/bin:/usr/bin" };
  assert.deepEqual(commands(facts), ["/usr/bin/mflowc"]);
});

test("paths on Windows", () => {
  const facts = {
    ...FACTS,
    windows: true,
    active: undefined,
    folders: ["C:\\work"],
    path: "C:\\Tools;bin",
  };
  assert.deepEqual(commands(facts), [
    "C:\\work\\.venv\\Scripts\\python.exe",
    "C:\\Tools\\mflowc.exe",
  ]);
  const untrusted = { ...facts, trusted: false, path: "c:\\WORK\\tools;D:\\Tools" };
  assert.deepEqual(commands(untrusted), ["D:\\Tools\\mflowc.exe"]);
});

test("the first usable candidate is chosen, those behind it are not run", async () => {
  const probed: string[] = [];
  const probe = ({ command }: Candidate): Promise<{ version: string } | { reason: string }> => {
    probed.push(command);
    const usable = command.startsWith("/home/ann/boards");
    return Promise.resolve(usable ? { version: "1.2" } : { reason: "it is not mflowc" });
  };
  const { found, rejected } = await choose(candidates(FACTS), probe);
  assert.equal(found?.candidate.origin, "the folder's .venv");
  assert.equal(found.version, "1.2");
  assert.deepEqual(probed, commands(FACTS).slice(0, 3));
  assert.deepEqual(
    rejected.map(({ candidate }) => candidate.command),
    probed.slice(0, 2),
  );
});

test("what is missing: how to install it, or what is wrong with the setting", async () => {
  const reason = "there is no such program";
  const none = (): Promise<{ reason: string }> => Promise.resolve({ reason });
  const { found, rejected } = await choose(candidates(FACTS), none);
  assert.equal(found, undefined);
  assert.match(missing(FACTS, rejected), /pip install mflowc/);
  assert.doesNotMatch(missing(FACTS, rejected), /trust/);
  assert.match(missing({ ...FACTS, trusted: false }, []), /trust/);

  const set = { ...FACTS, interpreter: "/b/python" };
  const wrong = missing(set, (await choose(candidates(set), none)).rejected);
  assert.equal(
    wrong,
    "mflowc does not run: the setting mflow.interpreter names /b/python, but there is no such program.",
  );
});
