// The extension itself, in an editor that only pretends: what it starts, what it tells, that it starts again. The server is the
// small one of the tests for Neovim.

import assert from "node:assert/strict";
import Module, { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const server = join(here, "server");
const unix = { skip: process.platform === "win32" };

/** Something that can be called, made and asked for anything, and answers with more of the same. */
function anything() {
  const target = function () {};
  return new Proxy(target, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => "anything";
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === "then") return undefined;
      if (key === "prototype") return target.prototype;
      return anything();
    },
    apply: () => anything(),
    construct: () => anything(),
  });
}

class EventEmitter {
  listeners = new Set();
  event = (listener, self) => {
    const bound = self ? listener.bind(self) : listener;
    this.listeners.add(bound);
    return { dispose: () => this.listeners.delete(bound) };
  };
  fire(value) {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose() {
    this.listeners.clear();
  }
}

/** An editor with one setting, and what the extension did to it. */
function editor() {
  const state = { command: server, trusted: true, commands: new Map(), told: [], diagnostics: [] };
  const document = {
    uri: { scheme: "file", toString: () => "file:///a.latch", fsPath: "/a.latch" },
    languageId: "latch",
    version: 1,
    isClosed: false,
    fileName: "/a.latch",
    getText: () => "polcy a {}",
  };
  state.configured = new EventEmitter();
  const real = {
    version: "1.82.0",
    EventEmitter,
    CancellationTokenSource: class {
      token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
      cancel() {}
      dispose() {}
    },
    Range: class {
      constructor(startLine, startCharacter, endLine, endCharacter) {
        Object.assign(this, { startLine, startCharacter, endLine, endCharacter });
      }
    },
    Diagnostic: class {
      constructor(range, message) {
        Object.assign(this, { range, message });
      }
    },
    Disposable: class {
      constructor(done) {
        this.done = done;
      }
      static from(...all) {
        return { dispose: () => all.forEach((it) => it.dispose()) };
      }
      dispose() {
        this.done?.();
      }
    },
    workspace: {
      isTrusted: true,
      textDocuments: [document],
      workspaceFolders: undefined,
      notebookDocuments: [],
      getConfiguration: () => ({ get: (key, fallback) => (key === "command" ? state.command : fallback) }),
      onDidChangeConfiguration: state.configured.event,
    },
    window: {
      createOutputChannel: () => ({ appendLine: (line) => state.told.push(line), append() {}, show() {}, dispose() {} }),
      showErrorMessage: async (message) => void state.told.push(message),
      visibleTextEditors: [],
    },
    commands: {
      registerCommand: (name, run) => {
        state.commands.set(name, run);
        return { dispose() {} };
      },
    },
    languages: {
      match: () => 10,
      createDiagnosticCollection: () => ({
        set: (uri, found) => state.diagnostics.push(found),
        delete() {},
        clear() {},
        dispose() {},
      }),
    },
    env: { appName: "pretended", language: "en", uriScheme: "vscode" },
    Uri: { parse: (text) => ({ scheme: "file", toString: () => text }), file: (path) => ({ scheme: "file", fsPath: path }) },
  };
  Object.defineProperty(real.workspace, "isTrusted", { get: () => state.trusted });
  const filled = (part) =>
    new Proxy(part, { get: (it, key) => (key in it ? it[key] : typeof key === "string" && /^[A-Z]/.test(key) ? class {} : anything()) });
  state.module = filled({ ...real, workspace: filled(real.workspace), window: filled(real.window), languages: filled(real.languages), commands: filled(real.commands) });
  return state;
}

let current;
let extension;
const load = Module._load;

before(() => {
  current = editor();
  Module._load = (name, ...rest) => (name === "vscode" ? current.module : load(name, ...rest));
  extension = createRequire(import.meta.url)("../dist/extension.js");
});
after(async () => {
  await extension.deactivate();
  Module._load = load;
});

async function until(holds, what) {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await new Promise((done) => setTimeout(done, 20));
  assert.ok(holds(), `${what}: ${JSON.stringify(current.told)}`);
}

test("the server is started, and its findings are shown", unix, async () => {
  extension.activate({ subscriptions: [] });
  await until(() => current.diagnostics.length > 0, "no diagnostics");
  const [found] = current.diagnostics[0];
  assert.equal(found.message, "unknown word `polcy`");
  assert.deepEqual({ ...found.range }, { startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 5 });
});

test("it is started again when asked", unix, async () => {
  const before = current.diagnostics.length;
  await current.commands.get("latch.restart")();
  await until(() => current.diagnostics.length > before, "no diagnostics after a restart");
});

test("a missing command is told when the setting changes", unix, async () => {
  current.command = "/no-such-latch";
  current.configured.fire({ affectsConfiguration: (name) => name === "latch.command" });
  await until(() => current.told.some((it) => it.includes("no command `/no-such-latch`")), "nothing is told");
});

test("in a folder that is not trusted nothing is started", unix, async () => {
  const { length } = current.diagnostics;
  Object.assign(current, { trusted: false, command: server, told: [] });
  await current.commands.get("latch.restart")();
  assert.deepEqual(current.told, []);
  assert.equal(current.diagnostics.length, length);
});
