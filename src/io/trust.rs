//! Whom a connection believes where certificates are given for that.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// What webpki says of a certificate of an authority that a server has as its own.
pub(super) const AUTHORITY: &str = "CaUsedAsEndEntity";

/// Believes whom the given authorities vouch for, and a server whose own certificate is given, byte for byte: `openssl req -x509` makes
/// such, and curl believes them. Whoever has the key of one that is given as an authority could vouch for any other.
#[derive(Debug)]
struct Given {
    authorities: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

/// The settings of connections that believe only these certificates, PEM.
///
/// # Errors
/// Why they are none.
pub(super) fn given(pem: &[u8]) -> Result<ClientConfig, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("--ca is no PEM file of certificates: {why}");
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| wrong(&error))?;
    if certificates.is_empty() {
        return Err("--ca has no certificate".to_owned());
    }
    let given = Given::new(certificates).map_err(|error| wrong(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config =
        config.map_err(|error| error.to_string())?.dangerous().with_custom_certificate_verifier(Arc::new(given));
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

impl Given {
    fn new(certificates: Vec<CertificateDer<'static>>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|error| error.to_string())?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        Ok(Self { authorities: authorities.build().map_err(|error| error.to_string())?, certificates })
    }
}

/// Whether nothing is wrong with a certificate but whose it is, or that nobody vouches for it: webpki has looked at its dates before that.
fn is_of_who_vouches(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(other)) => other.0.to_string() == AUTHORITY,
        _ => false,
    }
}

impl ServerCertVerifier for Given {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.authorities.verify_server_cert(own, between, name, ocsp, now) {
            Err(error) if is_of_who_vouches(&error) && self.certificates.iter().any(|given| given == own) => {
                verify_server_name(&ParsedCertificate::try_from(own)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, own, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, own, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use test_case::test_case;

    use super::*;

    const CA: &str = include_str!("../../tests/integration/support/tls/ca.pem");
    const LEAF: &str = include_str!("../../tests/integration/support/tls/leaf.pem");
    const OTHER: &str = include_str!("../../tests/integration/support/tls/other.pem");
    const OWN: &str = include_str!("../../tests/integration/support/tls/own.pem");

    /// A day of 2090, in seconds; OWN is valid from 2020 to 2119, and LEAF from 2026 to 2126.
    const IN_2090: u64 = 3_786_912_000;
    const IN_2019: u64 = 1_546_300_800;
    const IN_2130: u64 = 5_049_216_000;

    #[test_case(OWN, OWN, "own.example", IN_2090 => "believed"; "itself")]
    #[test_case(OWN, OWN, "127.0.0.1", IN_2090 => "believed"; "itself by its address")]
    #[test_case(OWN, OWN, "other.example", IN_2090 => "another name"; "itself for another host")]
    #[test_case(OWN, OWN, "own.example", IN_2019 => "not yet"; "itself before its time")]
    #[test_case(OWN, OWN, "own.example", IN_2130 => "expired"; "itself after its time")]
    #[test_case(OTHER, OWN, "own.example", IN_2090 => "an authority"; "another key of the same name")]
    #[test_case(CA, OWN, "own.example", IN_2090 => "an authority"; "another authority")]
    #[test_case(CA, LEAF, "127.0.0.1", IN_2090 => "believed"; "one by an authority")]
    #[test_case(LEAF, LEAF, "127.0.0.1", IN_2090 => "believed"; "itself, by an authority that is not given")]
    #[test_case(LEAF, LEAF, "other.example", IN_2090 => "another name"; "the same for another host")]
    #[test_case(LEAF, LEAF, "127.0.0.1", IN_2130 => "expired"; "the same after its time")]
    #[test_case(OWN, LEAF, "127.0.0.1", IN_2090 => "UnknownIssuer"; "one that nobody vouches for")]
    fn of(given: &str, served: &str, name: &str, now: u64) -> &'static str {
        let read = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let given = Given::new(vec![read(given)]).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        let name = ServerName::try_from(name).unwrap();
        match given.verify_server_cert(&read(served), &[], &name, &[], now) {
            Ok(_) => "believed",
            Err(Error::InvalidCertificate(CertificateError::NotValidForNameContext { .. })) => "another name",
            Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { .. })) => "not yet",
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext { .. })) => "expired",
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => "UnknownIssuer",
            Err(error) if is_of_who_vouches(&error) => "an authority",
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        assert_eq!(given(b"").unwrap_err(), "--ca has no certificate");
        let broken = OWN.replace("MIIB", "MII!");
        assert!(given(broken.as_bytes()).unwrap_err().starts_with("--ca is no PEM file of certificates: "));
    }
}
