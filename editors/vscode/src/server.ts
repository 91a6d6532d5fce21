// The `latch` command: whether it is there, and whether it has a language server. Knows nothing of VS Code, so that it can be
// tested without it.

import { execFile } from "node:child_process";

/** What a `latch` command turned out to be. */
export type Found =
  | { kind: "ready" }
  /** There is no such command, or it may not be run. */
  | { kind: "missing"; reason: string }
  /** It is there, and has no `lsp`: it is too old, or something else of that name. */
  | { kind: "unfit"; reason: string };

/** How long a command may take to tell about itself, in milliseconds: far longer than a cold start takes. */
const PATIENCE = 10_000;

/** Asks a command whether it has a language server. */
export function look(command: string): Promise<Found> {
  return new Promise((resolve) => {
    const child = execFile(command, ["lsp", "--help"], { timeout: PATIENCE, windowsHide: true }, (error, _out, told) => {
      resolve(error ? judge(error, told) : { kind: "ready" });
    });
    // Whatever it is, it need not wait for anybody to say something.
    child.stdin?.end();
  });
}

function judge(error: Error & { code?: string | number | null; killed?: boolean }, told: string): Found {
  if (typeof error.code === "string") {
    return { kind: "missing", reason: error.code };
  }
  if (error.killed) {
    return { kind: "unfit", reason: "it did not answer" };
  }
  return { kind: "unfit", reason: told.trim().split("\n")[0] || `it ended with ${error.code}` };
}

/** What to tell a person about a command that cannot be used. */
export function explain(command: string, found: Found): string | undefined {
  switch (found.kind) {
    case "ready":
      return undefined;
    case "missing":
      return `Latch's language server cannot be started: there is no command \`${command}\` (${found.reason}). Install Latch, or say in the settings where it is. Highlighting works without it.`;
    case "unfit":
      return `Latch's language server cannot be started: \`${command} lsp\` does not work (${found.reason}). A newer Latch may be needed. Highlighting works without it.`;
  }
}
