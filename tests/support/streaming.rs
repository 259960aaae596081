//! Commands that run until something ends them.

use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// Nothing here takes longer unless it hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A command that prints for as long as it runs.
pub(crate) struct Streaming {
    process: Child,
    chunks: Receiver<Vec<u8>>,
    printed: Vec<u8>,
}

impl Streaming {
    pub(crate) fn start(mut command: Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            chunks,
            printed: Vec::new(),
        }
    }

    /// Waits until the word has been printed.
    pub(crate) fn wait_for(&mut self, word: &str) {
        while !String::from_utf8_lossy(&self.printed).contains(word) {
            let chunk = self.chunks.recv_timeout(LIMIT);
            let chunk = chunk.unwrap_or_else(|_| {
                let _ = self.process.kill();
                panic!(
                    "no {word} is printed:\n{}",
                    String::from_utf8_lossy(&self.printed)
                )
            });
            self.printed.extend(chunk);
        }
    }

    /// Ends the command and gives what it has printed.
    pub(crate) fn stop(mut self) -> String {
        self.process.kill().unwrap();
        String::from_utf8(self.end().stdout).unwrap()
    }

    /// Waits for the command's end and gives what it has printed.
    pub(crate) fn end(mut self) -> Output {
        let mut output = end_of(self.process);
        self.printed.extend(self.chunks.iter().flatten());
        output.stdout = self.printed;
        output
    }
}

/// Waits for a process's end, and kills it if that does not come.
pub(crate) fn end_of(process: Child) -> Output {
    let pid = process.id().to_string();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(process.wait_with_output()));
    ended
        .recv_timeout(LIMIT)
        .map(Result::unwrap)
        .unwrap_or_else(|_| {
            let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
            panic!("it has not ended within {LIMIT:?}")
        })
}
