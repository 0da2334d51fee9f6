//! What is asked of a person at a terminal.

use anyhow::{Context as _, Result};

use crate::config::Language;
use crate::output::escape;

/// The next line that somebody types. Who waits for it may be told to stop meanwhile.
async fn line() -> Result<String> {
    let (give, take) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        // Perhaps nobody waits for it any more.
        let _ = give.send(read.map(|_| line));
    });
    take.await.map_err(anyhow::Error::from).and_then(|read| Ok(read?)).context("cannot read the answer")
}

/// Ends the line of a question that is not waited for any more.
pub fn leave() {
    use std::io::Write as _;
    // Where it cannot be written nobody sees the question either.
    let _ = writeln!(std::io::stderr());
}

/// Asks what a sign-off is given on.
///
/// # Errors
/// Where the terminal cannot be read or written.
pub async fn evidence(language: Language) -> Result<String> {
    use std::io::Write as _;
    let question = match language {
        Language::En => "Evidence: ",
        Language::Es => "Evidencia: ",
    };
    let mut terminal = std::io::stderr();
    write!(terminal, "{question}").and_then(|()| terminal.flush()).context("cannot ask on the terminal")?;
    Ok(line().await?.trim().to_owned())
}

/// Asks for any number of sentences beside those that are known, each on a line; an empty line ends them.
///
/// # Errors
/// Where the terminal cannot be read or written.
pub fn sentences(question: &str, known: Vec<String>, language: Language) -> Result<Vec<String>> {
    use std::io::Write as _;
    let hint = match language {
        Language::En => "one a line, an empty line ends",
        Language::Es => "uno por línea, una línea vacía termina",
    };
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{} ({hint}):", escape::line(question))?;
    for sentence in &known {
        writeln!(terminal, "- {}", escape::line(sentence))?;
    }
    let mut sentences = known;
    loop {
        write!(terminal, "- ").and_then(|()| terminal.flush()).context("cannot ask on the terminal")?;
        let mut answer = String::new();
        let length = std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
        if length == 0 || answer.trim().is_empty() {
            return Ok(sentences);
        }
        let answer = answer.trim().trim_start_matches(['-', '*']).trim_start();
        sentences.push(answer.to_owned());
    }
}

/// Shows what was found out and the plan on standard error and asks for a yes; anything else is a no.
///
/// # Errors
/// Where the terminal cannot be read or written.
pub async fn confirm(title: &str, plan: &[String], language: Language) -> Result<bool> {
    use std::io::Write as _;
    let (question, yes) = match language {
        Language::En => ("Carry this out? [y/N] ", ["y", "yes"]),
        Language::Es => ("¿Llevarlo a cabo? [s/N] ", ["s", "si"]),
    };
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{}", escape::line(title))?;
    for line in plan {
        writeln!(terminal, "  {}", escape::line(line))?;
    }
    write!(terminal, "{question}").and_then(|()| terminal.flush()).context("cannot ask on the terminal")?;
    let answer = line().await?;
    Ok(yes.contains(&answer.trim().to_lowercase().replace('í', "i").as_str()))
}
