//! Arguments → screen or command → exit code.

fn main() -> std::process::ExitCode {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    std::process::ExitCode::from(qunbox::cli::main(&args))
}
