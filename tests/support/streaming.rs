//! Commands that run until something ends them, and what they print meanwhile.

use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::limited::{LIMIT, end_of};

/// A command that prints for as long as it runs. One that was not waited for is killed.
pub(crate) struct Streaming {
    process: Option<Child>,
    chunks: Receiver<Vec<u8>>,
    printed: Vec<u8>,
    /// How much of it was waited for.
    seen: usize,
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
            process: Some(process),
            chunks,
            printed: Vec::new(),
            seen: 0,
        }
    }

    /// Waits until a text has been printed.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while self.find(0, text).is_none() {
            self.read(text);
        }
    }

    /// Waits until a text has been printed behind the one that was waited for in this way before.
    pub(crate) fn wait_for_next(&mut self, text: &str) {
        loop {
            if let Some(end) = self.find(self.seen, text) {
                self.seen = end;
                return;
            }
            self.read(text);
        }
    }

    /// Ends the command and gives what it has printed.
    pub(crate) fn stop(mut self) -> String {
        self.process.as_mut().unwrap().kill().unwrap();
        String::from_utf8(self.end().stdout).unwrap()
    }

    /// Waits for the command's end and gives what it has printed.
    pub(crate) fn end(mut self) -> Output {
        let mut output = end_of(self.process.take().unwrap());
        self.printed.extend(self.chunks.iter().flatten());
        output.stdout = std::mem::take(&mut self.printed);
        output
    }

    /// Where the text ends that is printed behind this place.
    fn find(&self, from: usize, text: &str) -> Option<usize> {
        let mut windows = self.printed[from..].windows(text.len());
        let place = windows.position(|window| window == text.as_bytes())?;
        Some(from + place + text.len())
    }

    fn read(&mut self, text: &str) {
        let chunk = self.chunks.recv_timeout(LIMIT).unwrap_or_else(|error| {
            let printed = String::from_utf8_lossy(&self.printed);
            panic!("{error}: no {text:?} is printed behind {printed:?}")
        });
        self.printed.extend(chunk);
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
