//! A registry of container images over oci-client: manifests by their bytes, with our own limits, repetitions and words.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

mod challenge;
mod credentials;
mod trouble;

use std::time::{Duration, Instant};

use anyhow::Result;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
    OciDescriptor,
};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

use crate::context::Context;
use crate::image::{Image, Labels, Manifest, Origin, Source};
use crate::report::{Failure, Finding, Level};
use credentials::Credentials;
use trouble::Trouble;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How often something is asked at most; what is written is the same bytes each time.
const ATTEMPTS: u32 = 4;
/// The first pause; doubled each time.
const PAUSE: Duration = Duration::from_millis(250);
/// How large a manifest or a configuration may be; registries take no larger manifests.
const LARGEST: usize = 4 << 20;
/// How many platforms of an index are looked at.
const PLATFORMS: usize = 64;
const ACCEPTED: [&str; 4] =
    [OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE, IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE];

/// The repository of an image at its registry.
pub struct Registry {
    host: String,
    repository: String,
    client: Client,
    credentials: Credentials,
    question: Duration,
}

impl Registry {
    /// The registry with the credentials that docker or podman keep for it. It is asked where they would go; they are not sent yet.
    ///
    /// # Errors
    /// Exit code 2 where a file of credentials cannot be read, 3 where the helper that keeps them fails, or they would be sent
    /// without TLS.
    pub async fn open(cx: &Context, image: &Image) -> Result<Self> {
        let credentials = credentials::find(cx, &image.registry, &image.repository).await?;
        // An error means that a provider is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = if is_loopback(&image.registry) { vec![image.registry.clone()] } else { Vec::new() };
        let configuration = ClientConfig {
            protocol: ClientProtocol::HttpsExcept(plain),
            connect_timeout: Some(Duration::from_secs(10)),
            read_timeout: Some(ATTEMPT),
            user_agent: concat!("zarpe/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        };
        let client = Client::try_from(configuration).map_err(|error| {
            Failure::cannot_tell("registry/client", format!("cannot make an HTTP client: {error}"))
                .help("install the CA certificates of this system (package ca-certificates), or set SSL_CERT_FILE")
        })?;
        let question = super::github::question(&cx.environment)?;
        let (host, repository) = (image.registry.clone(), image.repository.clone());
        let registry = Self { host, repository, client, credentials, question };
        if *registry.auth() != RegistryAuth::Anonymous {
            challenge::require_private(&registry, registry.by_digest("").resolve_registry()).await?;
        }
        Ok(registry)
    }

    /// The digest that a tag holds; `None` where there is no such tag.
    ///
    /// # Errors
    /// Exit code 3.
    pub async fn digest(&self, tag: &str) -> Result<Option<String>> {
        let reference = Reference::with_tag(self.host.clone(), self.repository.clone(), tag.to_owned());
        let ask = || self.client.fetch_manifest_digest(&reference, self.auth());
        self.repeat("read", &format!(":{tag}"), ask).await
    }

    /// The bytes of a manifest, checked against its digest.
    ///
    /// # Errors
    /// Exit code 3 where it is not there, or is no manifest.
    pub async fn manifest(&self, digest: &str) -> Result<(Vec<u8>, Manifest)> {
        let (what, reference) = (format!("@{digest}"), self.by_digest(digest));
        let ask = || self.client.pull_manifest_raw(&reference, self.auth(), &ACCEPTED);
        let (bytes, told) = self.repeat("read", &what, ask).await?.ok_or_else(|| self.missing(&what))?;
        let unusable = |why: String| {
            Failure::cannot_tell("registry/answer", format!("{}{what}: {why}", self.name()))
                .help("look at the image with `skopeo inspect --raw`; is the address that of a registry?")
        };
        if told != digest {
            return Err(unusable(format!("the registry answers with {told}")).into());
        }
        if bytes.len() > LARGEST {
            return Err(unusable(format!("a manifest of {} bytes is no manifest", bytes.len())).into());
        }
        let manifest = Manifest::parse(&bytes)
            .ok_or_else(|| unusable("neither a manifest of OCI or of Docker's schema 2, nor an index".to_owned()))?;
        Ok((bytes.to_vec(), manifest))
    }

    /// Puts the bytes of a manifest under a tag. Where the answer is lost it may have been done: look.
    ///
    /// # Errors
    /// Exit code 3.
    pub async fn put(&self, tag: &str, bytes: &[u8], content_type: &str) -> Result<()> {
        let reference = Reference::with_tag(self.host.clone(), self.repository.clone(), tag.to_owned());
        self.client.store_auth_if_needed(reference.resolve_registry(), self.auth()).await;
        let content_type = http::HeaderValue::from_str(content_type)?;
        let ask = || self.client.push_manifest_raw(&reference, bytes.to_vec(), content_type.clone());
        let what = format!(":{tag}");
        self.repeat("write", &what, ask).await?.map(drop).ok_or_else(|| self.missing(&what).into())
    }

    /// The digest of the image that is meant, now: a tag is asked for once, and never again.
    ///
    /// # Errors
    /// Exit code 3 where there is none.
    pub async fn pin(&self, source: &Source, short_tag: &str) -> Result<String> {
        let tag = match source {
            Source::Digest(digest) => return Ok(digest.clone()),
            Source::Tag(tag) => tag.as_str(),
            Source::ShortHash => short_tag,
        };
        let digest = self.digest(tag).await?;
        digest.ok_or_else(|| self.missing(&format!(":{tag}")).into())
    }

    /// What an image says that it was built from: its annotations, and the labels of each platform.
    ///
    /// # Errors
    /// Exit code 3 where a part of it cannot be read.
    pub async fn origins(&self, digest: &str) -> Result<Vec<Origin>> {
        let (_, whole) = self.manifest(digest).await?;
        let mut origins = vec![Origin { place: String::new(), labels: whole.labels(), may_be_silent: true }];
        if let Some(config) = &whole.config {
            let labels = self.config_labels(&config.digest, config.size).await?;
            origins.push(Origin { place: String::new(), labels, may_be_silent: false });
            return Ok(origins);
        }
        let images = whole.images();
        if images.len() > PLATFORMS {
            let message = format!("{}@{digest} has more than {PLATFORMS} platforms", self.name());
            return Err(Failure::cannot_tell("registry/answer", message).help("name the image of one platform").into());
        }
        for (platform, descriptor) in images {
            let place = format!(" ({platform})");
            let (_, manifest) = self.manifest(&descriptor.digest).await?;
            origins.push(Origin { place: place.clone(), labels: manifest.labels(), may_be_silent: true });
            if let Some(config) = &manifest.config {
                let labels = self.config_labels(&config.digest, config.size).await?;
                origins.push(Origin { place, labels, may_be_silent: false });
            }
        }
        Ok(origins)
    }

    async fn config_labels(&self, digest: &str, size: u64) -> Result<Labels> {
        let what = format!(" (configuration {digest})");
        let unusable = |why: &str| Failure::cannot_tell("registry/answer", format!("{}{what}: {why}", self.name()));
        if size > LARGEST as u64 {
            return Err(unusable("larger than 4 MiB").into());
        }
        let (reference, layer) = (self.by_digest(digest), descriptor(digest, size));
        let ask = || async {
            let mut bytes = trouble::Bounded::new(LARGEST);
            self.client.pull_blob(&reference, &layer, &mut bytes).await?;
            Ok(bytes.into_inner())
        };
        let bytes = self.repeat("read", &what, ask).await?.ok_or_else(|| self.missing(&what))?;
        let config: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| unusable("not JSON"))?;
        let labels = config.pointer("/config/Labels").cloned().unwrap_or_default();
        // Other artifacts than images have other configurations: they say nothing.
        Ok(serde_json::from_value(labels).map(|labels| Labels::of(&labels)).unwrap_or_default())
    }

    fn by_digest(&self, digest: &str) -> Reference {
        Reference::with_digest(self.host.clone(), self.repository.clone(), digest.to_owned())
    }

    /// A word on a token that nobody named for this registry, and that is sent to it all the same.
    #[must_use]
    pub fn remark(&self) -> Option<Finding> {
        let from = self.credentials.unnamed()?;
        let message = format!("{} is given {from}: neither docker nor podman keeps credentials for it", self.host);
        Some(Finding::new("registry/credentials", Level::Info, message))
    }

    fn name(&self) -> String {
        format!("{}/{}", self.host, self.repository)
    }

    fn auth(&self) -> &RegistryAuth {
        &self.credentials.auth
    }

    fn missing(&self, what: &str) -> Failure {
        let message = format!("{}{what} is not there, or may not be seen", self.name());
        Failure::cannot_tell("registry/not-found", message)
            .help(format!("push the image first; or may it not be read? {}", self.credentials.told(&self.host)))
    }

    /// Asks until there is an answer, or no hope of one, or no time left. `None`: it is not there.
    async fn repeat<T, F>(&self, verb: &str, what: &str, ask: impl Fn() -> F) -> Result<Option<T>>
    where
        F: Future<Output = std::result::Result<T, OciDistributionError>>,
    {
        let deadline = Instant::now() + self.question;
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut pause = PAUSE;
        for attempt in 1.. {
            let trouble = match tokio::time::timeout(left().min(ATTEMPT), ask()).await {
                Ok(Ok(answer)) => return Ok(Some(answer)),
                Ok(Err(error)) => Trouble::from(error),
                Err(_) => Trouble::Passing("no whole answer in time".to_owned()),
            };
            match trouble {
                Trouble::Missing => return Ok(None),
                Trouble::Passing(_) if attempt < ATTEMPTS && pause < left() => tokio::time::sleep(pause).await,
                trouble => return Err(self.failure(verb, what, trouble).into()),
            }
            pause *= 2;
        }
        Ok(None)
    }

    fn failure(&self, verb: &str, what: &str, trouble: Trouble) -> Failure {
        let line = format!("cannot {verb} {}{what}", self.name());
        let hide = |why: String| self.credentials.hide(&why);
        match trouble {
            Trouble::Denied(why) => {
                Failure::cannot_tell("registry/denied", format!("{line}: {} denies it{}", self.host, hide(why)))
                    .help(self.credentials.told(&self.host))
            }
            Trouble::Passing(why) => Failure::cannot_tell("registry/network", format!("{line}: {}", hide(why)))
                .help("look at the network and the proxy variables, and run it again"),
            Trouble::Final(why) => Failure::cannot_tell("registry/answer", format!("{line}: {}", hide(why)))
                .help(format!("is {} a registry, and does it take this? Then run it again", self.host)),
            Trouble::Missing => self.missing(what),
        }
    }
}

fn descriptor(digest: &str, size: u64) -> OciDescriptor {
    OciDescriptor { digest: digest.to_owned(), size: i64::try_from(size).unwrap_or_default(), ..Default::default() }
}

/// Only this machine is talked to without TLS.
fn is_loopback(registry: &str) -> bool {
    let url = url::Url::parse(&format!("http://{registry}/"));
    url.is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}
