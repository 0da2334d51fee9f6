//! Whether a host takes a connection.

use std::time::Duration;

/// Whether a text is HOST:PORT.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let is_host =
        |host: &str| !host.is_empty() && !host.contains(['/', '@', '?', '#']) && !host.contains(char::is_whitespace);
    text.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok())
}

/// Connects to HOST:PORT and closes the connection again.
///
/// # Errors
/// Why it did not come about.
pub async fn reach(address: &str, time: Duration) -> Result<(), String> {
    if !is_address(address) {
        return Err("this is no HOST:PORT".to_owned());
    }
    match tokio::time::timeout(time, tokio::net::TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no connection within {}", crate::duration::shown(time))),
    }
}
