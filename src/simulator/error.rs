//! Why a simulator could not be started; once it runs, nothing in it fails.

/// What can go wrong while a simulator starts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No key or certificate could be made.
    #[error("cannot make the simulator's certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused the certificate or its key.
    #[error("cannot serve TLS with the simulator's certificate: {0}")]
    Tls(#[from] rustls::Error),
    /// No port on loopback could be opened.
    #[error("cannot listen on loopback for the simulator: {0}")]
    Listen(#[from] std::io::Error),
}
