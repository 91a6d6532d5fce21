//! Neovim drives the server. Without it this says aloud that it was skipped, and with `LATCH_NEOVIM=must` it fails.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use super::{NAMES, NO_LINT, POLICIES};

#[test]
fn a_real_editor_is_served() {
    if Command::new("nvim").arg("--version").output().is_err() {
        assert!(std::env::var_os("LATCH_NEOVIM").is_none_or(|it| it != "must"), "no Neovim");
        // Straight to the stream: the test harness swallows what is printed.
        let _ = writeln!(std::io::stderr(), "skipped: no Neovim: a_real_editor_is_served");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (names, policies) =
        (folder.path().join("names.latch"), folder.path().join("policies.latch"));
    fs::write(&names, NAMES).expect("a file");
    fs::write(folder.path().join("latch.toml"), NO_LINT).expect("a file");
    fs::write(&policies, POLICIES.replace("in finance and", "in finanse and")).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/neovim.lua");
    let ran = Command::new("nvim")
        .args(["--headless", "--clean", "-n", "-c"])
        .arg(format!("luafile {}", script.display()))
        .env("LATCH_COMMAND", env!("CARGO_BIN_EXE_latch"))
        .env("LATCH_FOLDER", folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .env("XDG_CACHE_HOME", folder.path().join("cache"))
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let now = |path: &Path| fs::read_to_string(path).expect("a file");
    assert_eq!(now(&names), NAMES.replace("group finance", "group money"), "{said}");
    let renamed = POLICIES.replace("user in finance", "user in money");
    assert_eq!(now(&policies), renamed, "{said}");
}
