//! The `latch` command.

fn main() -> std::process::ExitCode {
    latch::cli::run(std::env::args_os())
}
