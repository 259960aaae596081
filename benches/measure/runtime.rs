use anyhow::Result;

/// Does an asynchronous job on this thread.
pub(crate) fn on_runtime<T>(job: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(job)
}
