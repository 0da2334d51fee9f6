//! What a manifest or an index of a registry says about itself: OCI image-spec 1.1 and Docker's schema 2.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Labels;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A manifest of one image, or an index of many.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    #[serde(default)]
    schema_version: u32,
    #[serde(default)]
    media_type: Option<String>,
    /// The configuration of an image; an index has none.
    #[serde(default)]
    pub config: Option<Descriptor>,
    #[serde(default)]
    manifests: Option<Vec<Descriptor>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// A thing that a manifest names by its digest.
#[derive(Clone, Debug, Deserialize)]
pub struct Descriptor {
    /// `sha256:` and the digits.
    pub digest: String,
    /// Bytes.
    #[serde(default)]
    pub size: u64,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Clone, Debug, Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    #[serde(default)]
    variant: Option<String>,
}

impl Manifest {
    /// Reads the bytes of a manifest; `None` where they are none (Docker's schema 1 is none).
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(bytes).ok()?;
        (manifest.schema_version == 2 && (manifest.config.is_some() || manifest.manifests.is_some()))
            .then_some(manifest)
    }

    /// The type to send it with: as it says itself, else by what it holds (only OCI's may leave it out).
    #[must_use]
    pub fn content_type(&self) -> &str {
        let held = if self.manifests.is_some() { OCI_INDEX } else { OCI_MANIFEST };
        self.media_type.as_deref().unwrap_or(held)
    }

    /// What its annotations say.
    #[must_use]
    pub fn labels(&self) -> Labels {
        self.annotations.as_ref().map(Labels::of).unwrap_or_default()
    }

    /// The images of an index, each with its platform (`linux/arm64/v8`). Attestations stand in it beside them, for the
    /// platform `unknown/unknown`: they are no images.
    #[must_use]
    pub fn images(&self) -> Vec<(String, Descriptor)> {
        let all = self.manifests.as_deref().unwrap_or_default().iter();
        all.filter_map(|descriptor| {
            let platform = match &descriptor.platform {
                Some(platform) if platform.os == "unknown" => return None,
                Some(Platform { architecture, os, variant }) => {
                    format!("{os}/{architecture}{}", variant.as_ref().map(|v| format!("/{v}")).unwrap_or_default())
                }
                None => descriptor.digest.clone(),
            };
            Some((platform, descriptor.clone()))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_without_a_type_is_ocis_and_its_attestations_are_no_images() {
        let text = r#"{"schemaVersion":2,"manifests":[
            {"digest":"sha256:a","size":1,"platform":{"architecture":"arm64","os":"linux","variant":"v8"}},
            {"digest":"sha256:b","size":1,"platform":{"architecture":"unknown","os":"unknown"}}]}"#;
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(manifest.content_type(), OCI_INDEX);
        let images = manifest.images();
        assert_eq!(images.iter().map(|(platform, _)| platform.as_str()).collect::<Vec<_>>(), ["linux/arm64/v8"]);
    }

    #[test]
    fn dockers_first_schema_is_none() {
        assert!(Manifest::parse(br#"{"schemaVersion":1,"fsLayers":[]}"#).is_none());
        assert!(Manifest::parse(b"<html>").is_none());
    }
}
