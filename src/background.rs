//! Long work steps back behind what somebody looks at: while files are imported, the screen gets the processor first. On
//! two cores a key otherwise waits for the threads that read files. Linux only; elsewhere nothing changes.

/// How far: of nineteen steps that is the usual one (`nice` without a number).
#[cfg(target_os = "linux")]
const STEP: i32 = 10;

/// From now on this thread, and the threads it begins, come after others. Where the system does not let it, nothing changes.
pub(crate) fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, STEP);
}

/// The threads that share the work of an import step back, and not the one that asked for it. Must come before anything is
/// shared out.
pub(crate) fn workers_step_back() {
    // The pool may stand already: then it works as it is.
    let _ = rayon::ThreadPoolBuilder::new().start_handler(|_| step_back()).build_global();
}
