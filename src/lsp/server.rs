//! The conversation with an editor: who asks what, and who answers.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crossbeam_channel::Select;
use jiff::civil::Date;
use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response,
};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, CodeLensRefresh, CodeLensRequest, Completion, DocumentSymbolRequest,
    ExecuteCommand, Formatting, GotoDefinition, HoverRequest, InlayHintRequest,
    PrepareRenameRequest, References, Rename, Request as _, SemanticTokensFullRequest,
    WorkspaceSymbolRequest,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability,
    CodeLensOptions, CodeLensParams, CompletionOptions, CompletionParams, CompletionResponse,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DocumentFormattingParams, DocumentSymbolParams, DocumentSymbolResponse, ExecuteCommandOptions,
    ExecuteCommandParams, GotoDefinitionParams, GotoDefinitionResponse, HoverParams,
    HoverProviderCapability, InlayHintParams, MessageType, OneOf, PrepareRenameResponse,
    PublishDiagnosticsParams, ReferenceParams, RenameOptions, RenameParams, SemanticTokens,
    SemanticTokensFullOptions, SemanticTokensOptions, SemanticTokensParams, SemanticTokensResult,
    ServerCapabilities, ShowMessageParams, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::lsp::set::Set;
use crate::lsp::worker::{Job, Report, Worker};
use crate::lsp::workspace::Workspace;
use crate::lsp::{aside, complete, findings, hover, layout, navigate, place, tokens};
use crate::source::SourceId;

/// Asks what day it is, for rules about dates; the library has no clock.
pub type Today = fn() -> Option<Date>;

/// What went wrong with a request, in the words that the editor shows.
type Refused = (ErrorCode, String);

/// Serves an editor at standard input and output, until it says goodbye.
///
/// # Errors
/// When it breaks off in the midst of the conversation.
pub fn serve_stdio(today: Today) -> Result<(), ProtocolError> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection, today);
    drop(connection);
    // A thread that ends with an error has lost the editor, and so have we.
    let _ = threads.join();
    served
}

/// Serves an editor at a connection, until it says goodbye.
///
/// # Errors
/// When it breaks off in the midst of the conversation.
pub fn serve(connection: &Connection, today: Today) -> Result<(), ProtocolError> {
    let (id, greeting) = connection.initialize_start()?;
    connection.initialize_finish(id, hello())?;
    let workspace = Workspace::new(roots(&greeting));
    let refreshes = &greeting["capabilities"]["workspace"]["codeLens"]["refreshSupport"];
    let mut server = Server {
        connection,
        workspace,
        worker: Worker::start(),
        today,
        refreshes_lenses: *refreshes == Value::Bool(true),
        asked: 0,
        told: BTreeMap::new(),
    };
    while let Some(event) = server.next() {
        match event {
            Event::Message(Message::Request(request))
                if connection.handle_shutdown(&request)? =>
            {
                break;
            }
            Event::Message(message) => server.take(message),
            Event::Report(report) => server.guarded(|server| server.hear(report)),
        }
    }
    Ok(())
}

/// The folders that an editor says it has open: all of them, or by the older key the one.
fn roots(greeting: &Value) -> Vec<PathBuf> {
    let many = greeting["workspaceFolders"].as_array();
    let many = many.into_iter().flatten().map(|folder| &folder["uri"]);
    let uris = many.chain([&greeting["rootUri"]]).filter_map(Value::as_str);
    uris.filter_map(place::path).collect()
}

fn hello() -> Value {
    json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "latch", "version": env!("CARGO_PKG_VERSION") },
    })
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(
            TextDocumentSyncKind::INCREMENTAL,
        )),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([" ", "[", "("].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![aside::PROVE.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: tokens::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        ..ServerCapabilities::default()
    }
}

struct Server<'a> {
    connection: &'a Connection,
    workspace: Workspace,
    worker: Worker,
    today: Today,
    /// Whether the editor asks again for lenses when it is told to.
    refreshes_lenses: bool,
    /// How much was asked of the editor.
    asked: i32,
    /// What was last told of each address, and of which version.
    told: BTreeMap<String, (Option<i32>, Vec<lsp_types::Diagnostic>)>,
}

/// What comes next.
enum Event {
    Message(Message),
    Report(Report),
}

impl Server<'_> {
    /// The next message, or what was worked out meanwhile. Before waiting for one, findings are told.
    fn next(&mut self) -> Option<Event> {
        if let Ok(message) = self.connection.receiver.try_recv() {
            return Some(Event::Message(message));
        }
        if self.workspace.is_stale() {
            self.guarded(Server::tell_findings);
        }
        let mut either = Select::new();
        let message = either.recv(&self.connection.receiver);
        either.recv(&self.worker.reports);
        let chosen = either.select();
        if chosen.index() == message {
            return chosen.recv(&self.connection.receiver).ok().map(Event::Message);
        }
        let report = chosen.recv(&self.worker.reports);
        Some(Event::Report(report.unwrap_or_default()))
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.answer(request),
            Message::Notification(notification) => {
                self.guarded(|server| server.note(notification));
            }
            // Nothing is asked of the editor.
            Message::Response(_) => {}
        }
    }

    /// No mistake of ours ends the server: the editor would lose it for all files.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        let done = catch_unwind(AssertUnwindSafe(|| work(self)));
        if done.is_err() {
            // What was half done is done anew.
            self.workspace.reload();
        }
    }

    fn note(&mut self, note: Notification) {
        match note.method.as_str() {
            DidOpenTextDocument::METHOD => self.opened(note),
            DidChangeTextDocument::METHOD => self.edited(note),
            DidCloseTextDocument::METHOD => self.closed(note),
            DidChangeWatchedFiles::METHOD => {
                let left = self.workspace.reload();
                self.clear(left);
            }
            _ => {}
        }
    }

    fn opened(&mut self, note: Notification) {
        let Some(params) = params::<DidOpenTextDocumentParams>(note.params) else { return };
        let document = params.text_document;
        self.workspace.open(document.uri.as_str(), document.text, document.version);
    }

    fn edited(&mut self, note: Notification) {
        let Some(params) = params::<DidChangeTextDocumentParams>(note.params) else { return };
        let document = params.text_document;
        let uri = document.uri.as_str();
        self.workspace.edit(uri, document.version, params.content_changes);
        if let Some(key) = self.workspace.key(uri) {
            self.worker.drop_work(key);
        }
    }

    fn closed(&mut self, note: Notification) {
        let Some(params) = params::<DidCloseTextDocumentParams>(note.params) else { return };
        let left = self.workspace.close(params.text_document.uri.as_str());
        self.clear(left);
    }

    /// Takes findings back.
    fn clear(&mut self, uris: Vec<String>) {
        for uri in uris {
            if self.told.remove(&uri).is_some_and(|(_, found)| !found.is_empty()) {
                self.publish(uri, Vec::new());
            }
        }
    }

    /// Tells the findings of whatever changed, and has the rest worked out.
    fn tell_findings(&mut self) {
        let (mut all, mut sound) = (Vec::new(), Vec::new());
        for (key, set) in self.workspace.refresh() {
            all.extend(findings::of(set));
            if set.is_sound() {
                sound.push((key.to_owned(), set.state(), set.shared()));
            }
        }
        self.tell(all);
        for (key, state, (sources, meaning)) in sound {
            let (unwanted, today) = (self.worker.flag(&key), (self.today)());
            let job = Job { key, state, sources, meaning, today, assert: None, unwanted };
            self.worker.send(job);
        }
    }

    /// Tells what is new of each address, and of each version.
    fn tell(&mut self, all: Vec<(String, Vec<lsp_types::Diagnostic>)>) {
        for (uri, found) in all {
            let version = self.workspace.version(&uri);
            let now = (version, found);
            let silent = version.is_none() && now.1.is_empty();
            let known = self.told.get(&uri).map_or(silent, |before| *before == now);
            if !known {
                self.publish(uri.clone(), now.1.clone());
                self.told.insert(uri, now);
            }
        }
    }

    /// What was worked out beside the conversation; of texts that have changed since it is nothing worth.
    fn hear(&mut self, report: Report) {
        let Report { key, state, mistakes, findings, proofs, asked } = report;
        let Some(set) = self.workspace.in_state(&key, state) else { return };
        let new_proofs = !proofs.is_empty();
        let said = asked.as_ref().and_then(|name| Some(format!("{name}: {}", proofs.get(name)?)));
        set.take_proofs(proofs);
        if asked.is_none() {
            let linted = findings.into_iter().map(|finding| finding.diagnostic);
            set.take_findings(mistakes.into_iter().chain(linted).collect());
            let all = findings::of(set).into_iter().collect();
            self.tell(all);
        }
        if let Some(message) = said {
            let params = ShowMessageParams { typ: MessageType::INFO, message };
            self.send(Notification::new(ShowMessage::METHOD.to_owned(), params).into());
        }
        if new_proofs && self.refreshes_lenses {
            self.asked += 1;
            let id = RequestId::from(self.asked);
            let params = Value::Null;
            let method = CodeLensRefresh::METHOD.to_owned();
            self.send(Request { id, method, params }.into());
        }
    }

    /// Has an assert proved, at whatever cost; the answer is shown when it is there.
    fn execute(&mut self, params: ExecuteCommandParams) -> Result<Value, Refused> {
        let unknown =
            || (ErrorCode::InvalidParams, "no such command, or no such assert".to_owned());
        let mut arguments = params.arguments.iter().filter_map(Value::as_str);
        let (uri, name) = arguments.next().zip(arguments.next()).ok_or_else(unknown)?;
        let key = self.workspace.key(uri).map(str::to_owned);
        let key = key.filter(|_| params.command == aside::PROVE).ok_or_else(unknown)?;
        let set = self.workspace.set(uri).filter(|set| set.is_sound()).ok_or_else(unknown)?;
        set.meaning().asserts.iter().find(|it| it.name == name).ok_or_else(unknown)?;
        let (state, (sources, meaning)) = (set.state(), set.shared());
        let (unwanted, assert) = (Arc::default(), Some(name.to_owned()));
        self.worker.send(Job { key, state, sources, meaning, today: None, assert, unwanted });
        Ok(Value::Null)
    }

    fn publish(&self, uri: String, diagnostics: Vec<lsp_types::Diagnostic>) {
        let version = self.workspace.version(&uri);
        let Ok(uri) = Uri::from_str(&uri) else { return };
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        let note = Notification::new(PublishDiagnostics::METHOD.to_owned(), params);
        self.send(note.into());
    }

    /// An editor that is gone hears nothing; the next message says so.
    fn send(&self, message: Message) {
        let _ = self.connection.sender.send(message);
    }

    fn answer(&mut self, request: Request) {
        let id = request.id.clone();
        let answered = catch_unwind(AssertUnwindSafe(|| self.answered(request)));
        let answered = answered.unwrap_or_else(|_| {
            self.workspace.reload();
            Err((ErrorCode::InternalError, "this question could not be answered".to_owned()))
        });
        self.send(response(id, answered).into());
    }

    fn answered(&mut self, request: Request) -> Result<Value, Refused> {
        let params = request.params;
        match request.method.as_str() {
            HoverRequest::METHOD => self.hover(asked(params)?),
            Completion::METHOD => self.complete(asked(params)?),
            GotoDefinition::METHOD => self.definition(asked(params)?),
            References::METHOD => self.references(asked(params)?),
            PrepareRenameRequest::METHOD => self.prepare_rename(asked(params)?),
            Rename::METHOD => self.rename(asked(params)?),
            DocumentSymbolRequest::METHOD => self.symbols(asked(params)?),
            WorkspaceSymbolRequest::METHOD => self.search(asked(params)?),
            Formatting::METHOD => self.format(asked(params)?),
            CodeActionRequest::METHOD => self.actions(asked(params)?),
            SemanticTokensFullRequest::METHOD => self.tokens(asked(params)?),
            InlayHintRequest::METHOD => self.hints(asked(params)?),
            CodeLensRequest::METHOD => self.lenses(asked(params)?),
            ExecuteCommand::METHOD => self.execute(asked(params)?),
            other => Err((ErrorCode::MethodNotFound, format!("{other} is not offered"))),
        }
    }

    /// The set of a file, and its number there; nothing for a file that is not open.
    fn set(&mut self, uri: &Uri) -> Option<(&Set, SourceId)> {
        let set = self.workspace.set(uri.as_str())?;
        let source = set.source(uri.as_str())?;
        Some((set, source))
    }

    /// The same with a byte in the file.
    fn at(&mut self, at: &TextDocumentPositionParams) -> Option<(&Set, SourceId, usize)> {
        let (set, source) = self.set(&at.text_document.uri)?;
        let byte = set.file(source)?.1.offset(at.position);
        Some((set, source, byte))
    }

    fn hover(&mut self, params: HoverParams) -> Result<Value, Refused> {
        let at = self.at(&params.text_document_position_params);
        told(at.and_then(|(set, source, byte)| hover::hover(set, source, byte)))
    }

    fn complete(&mut self, params: CompletionParams) -> Result<Value, Refused> {
        let at = self.at(&params.text_document_position);
        let items = at.and_then(|(set, source, byte)| {
            Some(complete::complete(set, set.file(source)?.1.as_str(), byte))
        });
        told(items.map(CompletionResponse::Array))
    }

    fn definition(&mut self, params: GotoDefinitionParams) -> Result<Value, Refused> {
        let at = self.at(&params.text_document_position_params);
        let found = at.and_then(|(set, source, byte)| navigate::definition(set, source, byte));
        told(found.map(GotoDefinitionResponse::Scalar))
    }

    fn references(&mut self, params: ReferenceParams) -> Result<Value, Refused> {
        let declaration = params.context.include_declaration;
        let at = self.at(&params.text_document_position);
        told(at.map(|(set, source, byte)| navigate::references(set, source, byte, declaration)))
    }

    fn prepare_rename(&mut self, params: TextDocumentPositionParams) -> Result<Value, Refused> {
        let at = self.at(&params);
        let range = at.and_then(|(set, source, byte)| navigate::renamable(set, source, byte));
        told(range.map(PrepareRenameResponse::Range))
    }

    fn rename(&mut self, params: RenameParams) -> Result<Value, Refused> {
        let Some((set, source, byte)) = self.at(&params.text_document_position) else {
            return told(None::<Value>);
        };
        let edit = navigate::rename(set, source, byte, &params.new_name);
        told(Some(edit.map_err(|why| (ErrorCode::RequestFailed, why))?))
    }

    fn symbols(&mut self, params: DocumentSymbolParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        let symbols = file.map(|(set, source)| navigate::symbols(set, source));
        told(symbols.map(DocumentSymbolResponse::Nested))
    }

    fn search(&mut self, params: WorkspaceSymbolParams) -> Result<Value, Refused> {
        let found = navigate::search(&self.workspace.sets(), &params.query);
        told(Some(WorkspaceSymbolResponse::Nested(found)))
    }

    fn format(&mut self, params: DocumentFormattingParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        told(file.and_then(|(set, source)| layout::format_file(set, source)))
    }

    fn actions(&mut self, params: CodeActionParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        told(file.map(|(set, source)| findings::fixes(set, source, params.range)))
    }

    fn hints(&mut self, params: InlayHintParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        told(file.map(|(set, source)| {
            let mut hints = aside::hints(set, source, params.range);
            hints.extend(aside::exclusions(set, source, params.range));
            hints
        }))
    }

    fn lenses(&mut self, params: CodeLensParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        told(file.map(|(set, source)| aside::lenses(set, source)))
    }

    fn tokens(&mut self, params: SemanticTokensParams) -> Result<Value, Refused> {
        let file = self.set(&params.text_document.uri);
        let data = file.map(|(set, source)| tokens::tokens(set, source));
        told(
            data.map(|data| SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })),
        )
    }
}

/// What a note says; a note that makes no sense is left unheard, since nobody waits for an answer.
fn params<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

/// What a request asks.
fn asked<T: DeserializeOwned>(value: Value) -> Result<T, Refused> {
    serde_json::from_value(value).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn told<T: Serialize>(answer: Option<T>) -> Result<Value, Refused> {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

fn response(id: RequestId, answered: Result<Value, Refused>) -> Response {
    match answered {
        Ok(value) => Response::new_ok(id, value),
        Err((code, message)) => Response::new_err(id, code as i32, message),
    }
}
