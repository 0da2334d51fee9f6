//! Somebody who asks the public address all the time, and what was seen: the page is on exactly while it was switched on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An answer: when it was asked for, when it was there (nanoseconds since 1970), its status.
struct Seen {
    asked: u128,
    there: u128,
    status: u16,
}

/// A thread that asks until it is told to stop.
pub struct Watched {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Seen>>,
    log: PathBuf,
}

/// Nanoseconds since 1970, for who is so many seconds ahead.
fn now(ahead: i64) -> u128 {
    let ahead = Duration::from_secs(u64::try_from(ahead).unwrap());
    (SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + ahead).as_nanos()
}

/// The status of an answer of the public address.
pub fn ask(port: u16, path: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nUser-Agent: visitor\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default())
}

impl Watched {
    /// Begins to ask the site of this folder at this port, whose clock is so many seconds ahead.
    pub fn begin(folder: &Path, port: u16, ahead: i64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = Vec::new();
            while !told.load(Ordering::Relaxed) {
                let asked = now(ahead);
                let status = ask(port, "/salud").unwrap_or_default();
                seen.push(Seen { asked, there: now(ahead), status });
                std::thread::sleep(Duration::from_millis(8));
            }
            seen
        });
        Self { stop, thread, log: folder.join("maintenance.log") }
    }

    /// Stops, and looks: every answer outside the time of a switch was the page while it was on, and the service while it was
    /// off. Gives how many answers there were of each.
    #[track_caller]
    pub fn end(self) -> (usize, usize) {
        std::thread::sleep(Duration::from_millis(30));
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.thread.join().unwrap();
        let log = std::fs::read_to_string(self.log).unwrap_or_default();
        // (from, until, is on): between two switches, each of which takes its time.
        let (mut spans, mut since, mut on) = (Vec::new(), 0, false);
        for line in log.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            spans.push((since, words[1].parse().unwrap(), on));
            (since, on) = (words[2].parse().unwrap(), words[0] == "activar");
        }
        spans.push((since, u128::MAX, on));
        let (mut pages, mut answers) = (0, 0);
        for Seen { asked, there, status } in seen {
            let Some((.., on)) = spans.iter().find(|(from, until, _)| asked > *from && there < *until) else {
                continue;
            };
            assert_eq!(status, if *on { 503 } else { 200 }, "at {asked}: {log}");
            if *on { pages += 1 } else { answers += 1 }
        }
        (pages, answers)
    }
}
