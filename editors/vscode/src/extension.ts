// The client of `latch lsp`: starts it, starts it again when asked or when its setting changes, and says clearly what is wrong
// when it cannot be started.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { explain, look } from "./server";

let client: LanguageClient | undefined;
let output: vscode.OutputChannel;
let files: vscode.FileSystemWatcher;
/** Starts and stops wait for each other: two at a time would leave a server behind. */
let turn: Promise<void> = Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  output = vscode.window.createOutputChannel("Latch");
  files = vscode.workspace.createFileSystemWatcher("**/{*.latch,latch.toml}");
  context.subscriptions.push(
    output,
    files,
    vscode.commands.registerCommand("latch.restart", () => next(restart)),
    vscode.commands.registerCommand("latch.output", () => output.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("latch.command")) void next(restart);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void next(restart)),
  );
  void next(start);
}

export async function deactivate(): Promise<void> {
  await next(stop);
}

function next(step: () => Promise<void>): Promise<void> {
  turn = turn.then(step).catch((error: unknown) => output.appendLine(String(error)));
  return turn;
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose();
}

async function start(): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const command = vscode.workspace.getConfiguration("latch").get<string>("command")?.trim() || "latch";
  const wrong = explain(command, await look(command));
  if (wrong) {
    output.appendLine(wrong);
    // Not waited for: the message stays until somebody answers it, and a restart must not wait for that.
    void complain(wrong);
    return;
  }
  client = new LanguageClient("latch", "Latch", serverOptions(command), clientOptions());
  await client.start();
}

function serverOptions(command: string): ServerOptions {
  // Without a transport the client talks over the standard streams, and adds no argument of its own.
  return { command, args: ["lsp"] };
}

function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file", language: "latch" }, { scheme: "untitled", language: "latch" }],
    outputChannel: output,
    synchronize: { fileEvents: files },
  };
}

async function complain(message: string): Promise<void> {
  const settings = "Open Settings";
  const again = "Try Again";
  const chosen = await vscode.window.showErrorMessage(message, settings, again);
  if (chosen === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "latch.command");
  if (chosen === again) await next(restart);
}
