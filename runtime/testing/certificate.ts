import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A private key and its certificate, both PEM. */
export type TestCertificate = { readonly key: string; readonly certificate: string };

/** A new certificate for 127.0.0.1 that vouches for itself: a client that trusts it as an authority trusts the server. Made by `openssl`; throws when there is none. */
export async function testCertificate(): Promise<TestCertificate> {
  const directory = await mkdtemp(join(tmpdir(), "partyline-certificate-"));
  try {
    const [keyFile, certificateFile] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
    const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"];
    const files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyFile, "-out", certificateFile];
    await promisify(execFile)("openssl", ["req", ...kind, ...files], { timeout: 30_000 });
    return { key: await readFile(keyFile, "utf8"), certificate: await readFile(certificateFile, "utf8") };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
