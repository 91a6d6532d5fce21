// What is told when the command is missing, does not know `lsp`, or is fine.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const { look, explain } = createRequire(import.meta.url)("../dist/test/server.js");

/** Runs `check` with a command that does what the lines of a shell script say. */
async function command(script, check) {
  const folder = mkdtempSync(join(tmpdir(), "latch-"));
  try {
    const path = join(folder, "latch");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    await check(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const unix = { skip: process.platform === "win32" };

test("a missing command is named", async () => {
  const path = join(tmpdir(), "no-such-latch");
  const found = await look(path);
  assert.equal(found.kind, "missing");
  assert.match(explain(path, found), /no command .*no-such-latch.*Install Latch/);
});

test("a command that may not be run is as good as missing", unix, async () => {
  await command("exit 0", async (path) => {
    chmodSync(path, 0o644);
    assert.equal((await look(path)).kind, "missing");
  });
});

test("an old command is told from a missing one, in its own words", unix, async () => {
  await command("echo \"error: unrecognized subcommand 'lsp'\" >&2; exit 2", async (path) => {
    const found = await look(path);
    assert.deepEqual(found, { kind: "unfit", reason: "error: unrecognized subcommand 'lsp'" });
    assert.match(explain(path, found), /lsp` does not work \(error: unrecognized subcommand/);
  });
});

test("a command with a language server is asked for help, and no more", unix, async () => {
  await command('[ "$*" = "lsp --help" ]', async (path) => {
    assert.deepEqual(await look(path), { kind: "ready" });
    assert.equal(explain(path, { kind: "ready" }), undefined);
  });
});
