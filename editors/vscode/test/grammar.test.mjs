// The TextMate grammar: the scopes of tokens in their places, and that no word of a real file goes without.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "../../..");

async function grammar() {
  const wasm = readFileSync(join(dirname(require.resolve("vscode-oniguruma")), "onig.wasm"));
  await oniguruma.loadWASM({ data: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) });
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => {
      const path = join(here, "../syntaxes/latch.tmLanguage.json");
      return textmate.parseRawGrammar(readFileSync(path, "utf8"), path);
    },
  });
  return registry.loadGrammar("source.latch");
}

const latch = await grammar();

/** Every token that is not blank: its line, its text, the innermost of its scopes. */
function tokens(text) {
  const found = [];
  let stack = textmate.INITIAL;
  for (const [number, line] of text.split(/\r?\n/).entries()) {
    const read = latch.tokenizeLine(line, stack);
    stack = read.ruleStack;
    for (const token of read.tokens) {
      const piece = line.slice(token.startIndex, token.endIndex);
      if (piece.trim()) found.push({ line: number + 1, text: piece.trim(), scope: token.scopes.at(-1) });
    }
  }
  return found;
}

/** Reads `token  scope` lines: the first after `//^` comments of a sample. */
function expected(lines) {
  return lines.map((line) => line.trim().split(/\s{2,}/));
}

/**
 * A sample holds lines of Latch, each followed by lines `//^ token  scope`: what the line has, from left to right, not
 * necessarily all of it.
 */
function sample(name) {
  const text = readFileSync(join(here, name), "utf8");
  const lines = text.split("\n");
  const claims = new Map();
  const code = [];
  for (const line of lines) {
    const claim = /^\s*\/\/\^\s?(.*)$/.exec(line);
    if (claim) claims.set(code.length, [...(claims.get(code.length) ?? []), claim[1]]);
    else code.push(line);
  }
  return { code: code.join("\n"), claims };
}

for (const name of readdirSync(here).filter((name) => name.endsWith(".latch"))) {
  test(`scopes in ${name}`, () => {
    const { code, claims } = sample(name);
    const found = tokens(code);
    let count = 0;
    for (const [line, told] of claims) {
      let rest = found.filter((token) => token.line === line);
      for (const [text, scope] of expected(told)) {
        const at = rest.findIndex((token) => token.text === text);
        assert.notEqual(at, -1, `line ${line}: no token ${text} in ${JSON.stringify(rest)}`);
        assert.equal(rest[at].scope.replace(/\.latch$/, ""), scope, `line ${line}: ${text}`);
        rest = rest.slice(at + 1);
        count += 1;
      }
    }
    assert.ok(count > 0, "a sample claims something");
  });
}

/** Scopes that say where a token stands, and not what it is. */
const isPlain = (scope) => scope === "source.latch" || scope.startsWith("meta.");

test("no word of a real file goes without a scope", () => {
  const files = [
    "src/syntax/sample.latch",
    "src/prelude.latch",
    "tests/document/everything.latch",
    ...readdirSync(join(project, "policies/baseline")).filter((it) => it.endsWith(".latch")).map((it) => `policies/baseline/${it}`),
  ];
  let count = 0;
  for (const file of files) {
    for (const token of tokens(readFileSync(join(project, file), "utf8"))) {
      count += 1;
      assert.ok(!(isPlain(token.scope) && /\w/.test(token.text)), `${file}:${token.line}: ${token.text}`);
    }
  }
  assert.ok(count > 1000);
});
