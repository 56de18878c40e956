//! What a front can do to a client's request.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::read_request;

/// One kind of misbehaviour, done to every request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mischief {
    /// Takes the request and says nothing.
    NeverAnswer,
    /// Begins with headers and stops in the midst of them.
    StallInHeaders,
    /// Sends one header after the other.
    EndlessHeaders,
    /// Sends a good answer at one byte a second.
    Drip,
    /// Closes the connection in the middle of the backend's answer.
    CutOff,
    /// Claims more than it sends, and keeps the connection.
    LongerLength,
    /// Claims half of what it sends.
    ShorterLength,
    /// Sends two gigabytes and says so.
    TwoGigabytes,
    /// Sends some megabytes that unpack to gigabytes.
    GzipBomb,
    /// Speaks another protocol.
    NotHttp,
    /// Closes the connection after each answer without having said that it would.
    CloseAfterAnswer,
    /// Shows a login page, and ends connections: after a sign-out at the next request, else with a word.
    EndWithSignOut,
    /// Hands on the backend's answer to a GET with another body.
    Rewrite(fn(&str) -> Vec<u8>),
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

impl Mischief {
    /// Whether the request reaches the backend, which has it in its own books.
    pub(super) fn is_passed_on(self) -> bool {
        use Mischief::{CloseAfterAnswer, CutOff, EndWithSignOut, LongerLength, Rewrite, ShorterLength};
        matches!(self, CutOff | LongerLength | ShorterLength | CloseAfterAnswer | EndWithSignOut | Rewrite(_))
    }

    pub(super) async fn play(
        self,
        client: &mut TcpStream,
        request: &[u8],
        backend: SocketAddr,
        stuck: &AtomicUsize,
    ) -> io::Result<()> {
        match self {
            Self::NeverAnswer => wait_for_the_end(client, stuck).await,
            Self::StallInHeaders => {
                client.write_all(OK.as_bytes()).await?;
                client.write_all(b"x-unfinished: ").await?;
                wait_for_the_end(client, stuck).await
            }
            Self::EndlessHeaders => {
                client.write_all(OK.as_bytes()).await?;
                loop {
                    client.write_all(b"x-another: one\r\n").await?;
                }
            }
            Self::Drip => {
                let _stuck = Stuck::begin(stuck);
                let answer = format!("{OK}content-length: 2\r\n\r\n{{}}");
                for byte in answer.as_bytes() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    client.write_all(&[*byte]).await?;
                }
                Ok(())
            }
            Self::CutOff => {
                let (head, body) = exchange(request, backend).await?;
                client.write_all(format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes()).await?;
                client.write_all(&body[..body.len() / 2]).await
            }
            Self::LongerLength => {
                let (head, body) = exchange(request, backend).await?;
                let claimed = body.len() + 1000;
                client.write_all(format!("{head}content-length: {claimed}\r\n\r\n").as_bytes()).await?;
                client.write_all(&body).await?;
                wait_for_the_end(client, stuck).await
            }
            Self::ShorterLength => {
                let (head, body) = exchange(request, backend).await?;
                let claimed = body.len() / 2;
                client.write_all(format!("{head}content-length: {claimed}\r\n\r\n").as_bytes()).await?;
                client.write_all(&body).await
            }
            Self::TwoGigabytes => {
                let head = format!("{OK}content-length: {}\r\n\r\n", 2u64 << 30);
                client.write_all(head.as_bytes()).await?;
                let chunk = vec![b' '; 1 << 16];
                for _ in 0..(2 << 30) / chunk.len() {
                    client.write_all(&chunk).await?;
                }
                Ok(())
            }
            Self::GzipBomb => {
                let head = format!("{OK}content-encoding: gzip\r\nconnection: close\r\n\r\n");
                client.write_all(head.as_bytes()).await?;
                let (start, zeros) = gzip_of_zeros();
                client.write_all(&start).await?;
                // Each round unpacks to two megabytes.
                let chunk = zeros.repeat(1000);
                loop {
                    client.write_all(&chunk).await?;
                }
            }
            Self::NotHttp => client.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").await,
            Self::CloseAfterAnswer => {
                let (head, body) = exchange(request, backend).await?;
                client.write_all(format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes()).await?;
                client.write_all(&body).await
            }
            Self::EndWithSignOut => {
                let (head, mut body) = exchange(request, backend).await?;
                let text = String::from_utf8_lossy(request);
                let is_sign_out = text.contains("logout") || text.contains("signout");
                if text.starts_with("GET ") && !is_sign_out {
                    body = b"<html>Please log in</html>".to_vec();
                }
                let close = if is_sign_out { "" } else { "connection: close\r\n" };
                let head = format!("{head}{close}content-length: {}\r\n\r\n", body.len());
                client.write_all(&[head.as_bytes(), &body].concat()).await?;
                if is_sign_out {
                    read_request(client).await;
                }
                Ok(())
            }
            Self::Rewrite(rewrite) => {
                let (head, body) = exchange(request, backend).await?;
                let is_page = request.starts_with(b"GET ");
                let body = if is_page { rewrite(std::str::from_utf8(&body).unwrap()) } else { body };
                // Said, so that the client does not send its next request into a closed connection.
                let head = format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                client.write_all(head.as_bytes()).await?;
                client.write_all(&body).await
            }
        }
    }
}

/// Notes that only time gets this connection further, until it is over.
struct Stuck<'a>(&'a AtomicUsize);

impl<'a> Stuck<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Stuck<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn wait_for_the_end(client: &mut TcpStream, stuck: &AtomicUsize) -> io::Result<()> {
    let _stuck = Stuck::begin(stuck);
    let mut rest = [0; 1024];
    while client.read(&mut rest).await? > 0 {}
    Ok(())
}

/// The backend's answer: its head without anything on length or connection, and its body.
async fn exchange(request: &[u8], backend: SocketAddr) -> io::Result<(String, Vec<u8>)> {
    let mut backend = TcpStream::connect(backend).await?;
    let line = request.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    backend.write_all(&[&request[..line], b"connection: close\r\n", &request[line..]].concat()).await?;
    let mut answer = Vec::new();
    backend.read_to_end(&mut answer).await?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let is_kept = |line: &&str| !line.starts_with("connection:") && !line.starts_with("content-length:");
    let head: String = head.split("\r\n").filter(is_kept).map(|line| format!("{line}\r\n")).collect();
    Ok((head, answer[end + 4..].to_vec()))
}

/// A gzip stream of zeros: its beginning, and 13 bytes to repeat for ever. By
/// the fixed codes of deflate a match of 258 bytes takes 13 bits, so 13 bytes
/// hold eight of them.
fn gzip_of_zeros() -> (Vec<u8>, Vec<u8>) {
    let mut bits = Vec::new();
    // Not the last block; fixed codes, the lower bit first.
    bits.extend([0, 1, 0]);
    // The literal 0.
    bits.extend([0, 0, 1, 1, 0, 0, 0, 0]);
    // Length 258, distance 1.
    let zeros = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    bits.extend(zeros.iter().cycle().take(1000 * 13));
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|bits| (0..8).map(|at| bits[at] << at).sum::<u8>()).collect();
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // From the third byte on it repeats itself.
    let (start, rest) = bytes.split_at(2);
    ([header.as_slice(), start].concat(), rest[..13].to_vec())
}
