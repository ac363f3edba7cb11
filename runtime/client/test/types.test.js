/** The types say what the module does, and TypeScript understands them. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as client from "../websocket-core.js";
import { installed, packageOf } from "./support/modules.js";

const ts = packageOf("typescript");
const here = dirname(fileURLToPath(import.meta.url));
const declarations = readFileSync(resolve(here, "../websocket-core.d.ts"), "utf8");

before(() => {
  // The programs import the package by its name, as a user does.
  const link = resolve(installed, "node_modules/websocket-core");
  rmSync(link, { force: true, recursive: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(resolve(here, ".."), link, "dir");
});

/** What the compiler says of a program of types/, as `{line, code, text}`. */
function complaints(file, moduleResolution) {
  const node = moduleResolution === "nodenext";
  const options = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
    module: node ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: node ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  // As if the program stood beside the installed package.
  const beside = resolve(installed, file);
  const source = readFileSync(resolve(here, "types", file), "utf8");
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === beside || fileExists(name);
  host.readFile = (name) => (name === beside ? source : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === beside ? ts.createSourceFile(name, source, rest[0]) : getSourceFile(name, ...rest);
  const program = ts.createProgram([beside], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file: at, start, code, messageText }) => ({
    line: at ? at.getLineAndCharacterOfPosition(start).line + 1 : 0,
    code,
    text: `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  }));
}

for (const moduleResolution of ["bundler", "nodenext"]) {
  test(`a program that uses the client type-checks: ${moduleResolution}`, () => {
    assert.deepEqual(complaints("program.ts", moduleResolution), []);
  });

  test(`wrong payloads and calls do not: ${moduleResolution}`, () => {
    const lines = readFileSync(resolve(here, "types/wrong.ts"), "utf8").split("\n");
    const expected = lines.flatMap((line, index) => {
      const [, code] = /^\/\/ wrong: (\d+)$/.exec(line) ?? [];
      return code ? [{ line: index + 2, code: Number(code) }] : [];
    });
    assert.ok(expected.length > 10);
    assert.deepEqual(complaints("wrong.ts", moduleResolution).map(({ line, code }) => ({ line, code })), expected);
  });
}

/** Names of what a statement of the declarations holds. */
function declared() {
  const file = ts.createSourceFile("websocket-core.d.ts", declarations, ts.ScriptTarget.ES2022);
  const found = { values: [], members: [], codes: {}, options: [] };
  file.forEachChild((node) => {
    if (ts.isClassDeclaration(node)) {
      found.values.push(node.name.text);
      for (const member of node.members) if (member.name) found.members.push(member.name.text);
    } else if (ts.isVariableStatement(node)) {
      for (const { name, type } of node.declarationList.declarations) {
        found.values.push(name.text);
        for (const member of type.members ?? []) found.codes[member.name.text] = Number(member.type.literal.text);
      }
    } else if (ts.isInterfaceDeclaration(node) && node.name.text === "ClientOptions") {
      for (const { name } of node.members) found.options.push(name.text);
    }
  });
  return found;
}

test("the module has what is declared, and no more", () => {
  const { values, members, codes } = declared();
  assert.deepEqual(Object.keys(client).sort(), values.sort());
  const own = Object.getOwnPropertyNames(client.Client.prototype).filter((name) => name !== "constructor");
  assert.deepEqual(own.sort(), members.sort());
  assert.deepEqual({ ...client.CloseCode }, codes);
});

test("the module reads the options that are declared, and no others", () => {
  const { options } = declared();
  class WebSocket {
    close() {}
  }
  const read = new Set();
  const given = new Proxy({ WebSocket }, { get: (target, name) => (read.add(name), target[name]) });
  new client.Client("ws://h/", given).close();
  assert.deepEqual([...read].sort(), options.sort());
});
