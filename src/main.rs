//! Arguments → screen or command → exit code.

/// An import makes and drops some hundred small strings a message; the system's allocator took an eighth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    std::process::ExitCode::from(qunbox::cli::main(&args))
}
