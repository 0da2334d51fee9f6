//! A document from an address: with no credentials of ours, within limits of time and size.

use std::time::Duration;

use anyhow::Result;
use url::Url;

use super::coding::{Coded, plain};
use super::github::is_loopback;
use super::innermost::innermost;
use super::redirects;
use crate::report::Failure;

/// Until a server takes the connection, and until all of the document is here.
const CONNECT: Duration = Duration::from_secs(10);
const TIME: Duration = Duration::from_secs(60);

/// As much as a generator may print.
const LARGEST: usize = 64 << 20;

const REDIRECTS: usize = 5;

/// Whether the name of a document is an address.
#[must_use]
pub fn is_address(name: &str) -> bool {
    name.starts_with("https://") || name.starts_with("http://")
}

/// An address without what may be secret in it: user, password and query.
#[must_use]
pub fn shown(address: &str) -> String {
    Url::parse(address)
        .map_or_else(|_| String::new(), |url| format!("{}{}", url.origin().ascii_serialization(), url.path()))
}

/// The bytes that an address answers with, and the address without what may be secret in it: user, password and query.
///
/// # Errors
/// Exit code 2 where it is no address, 3 where it does not answer with a document in time.
pub async fn get(address: &str) -> Result<(String, Vec<u8>)> {
    get_within(address, TIME).await
}

/// As [`get`], within another time.
///
/// # Errors
/// As [`get`].
pub async fn get_within(address: &str, time: Duration) -> Result<(String, Vec<u8>)> {
    let url = self::address(address)?;
    let shown = format!("{}{}", url.origin().ascii_serialization(), url.path());
    let answer = tokio::time::timeout(time, fetch(url)).await;
    let answer = answer.unwrap_or_else(|_| Err(format!("no whole answer within {}", crate::duration::shown(time))));
    match answer {
        Ok(bytes) => Ok((shown, bytes)),
        Err(why) => Err(Failure::cannot_tell("io/download", format!("cannot get {shown}: {why}"))
            .help("see what it answers: curl --fail --show-error --location ADDRESS")
            .into()),
    }
}

/// An address as it is written.
///
/// # Errors
/// Exit code 2 where it is none.
pub fn address(text: &str) -> Result<Url> {
    Ok(Url::parse(text).map_err(|error| {
        Failure::usage("usage/url", format!("this is no address: {error}"))
            .help("give one that begins with https:// or http:// and names a host")
    })?)
}

async fn fetch(url: Url) -> Result<Vec<u8>, String> {
    let mut response = client(&url)?.get(url).send().await.map_err(|error| innermost(&error))?;
    if !response.status().is_success() {
        return Err(format!("it answers {}", response.status()));
    }
    let too_large = || format!("it is larger than {} MB", LARGEST >> 20);
    let headers = response.headers().clone();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| innermost(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    plain(&headers, bytes, LARGEST).map_err(|coded| match coded {
        Coded::Compressed(how) => format!("it is compressed ({how})"),
        Coded::TooLarge => too_large(),
    })
}

fn client(url: &Url) -> Result<reqwest::Client, String> {
    // An error means that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = reqwest::Client::builder()
        .user_agent(concat!("zarpe/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .redirect(redirects::at_most(REDIRECTS))
        .retry(reqwest::retry::never());
    if is_loopback(url) {
        client = client.no_proxy().tls_certs_only([]);
    }
    client.build().map_err(|error| innermost(&error))
}
