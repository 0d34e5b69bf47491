import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

interface Certified {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: undefined;
}

/** Whom a certificate is for. */
interface Holder {
  readonly commonName?: string;
  readonly hostNames?: readonly string[];
  readonly uris?: readonly string[];
  readonly emails?: readonly string[];
}

const isAuthority = sequence(objectId("551d13"), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));

/** A certificate for 127.0.0.1, and for some host names, that signs itself, valid now, with its key; both PEM. */
export function testCertificate(...hostNames: readonly string[]): Certified {
  return certified({ commonName: hostNames[0] ?? "localhost", hostNames }, [isAuthority]);
}

/** The same without the right to sign others: rustls takes no authority's certificate for a server's own. */
export function testServerCertificate(): Certified {
  return certified({ commonName: "localhost" }, []);
}

/** The same for a client, with these names and no others. */
export function testClientCertificate(holder: Holder): Certified {
  return certified(holder, [isAuthority]);
}

function certified(holder: Holder, extensions: readonly Buffer[]): Certified {
  const { commonName, hostNames = [], uris = [], emails = [] } = holder;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const attributes = commonName === undefined ? [] : [sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))];
  const name = sequence(...attributes.map((attribute) => der(0x31, attribute)));
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const alternatives = [
    der(0x87, Buffer.from([127, 0, 0, 1])),
    ...emails.map((email) => der(0x81, Buffer.from(email))),
    ...hostNames.map((host) => der(0x82, Buffer.from(host))),
    ...uris.map((uri) => der(0x86, Buffer.from(uri))),
  ];
  const alternativeName = sequence(objectId("551d11"), der(0x04, sequence(...alternatives)));
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time("20200101000000Z"), time("21200101000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions, alternativeName)),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.alloc(1), signature])));
  const pem = certificate.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return {
    cert: Buffer.from(`-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`),
    key: Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })),
    ca: undefined,
  };
}

/** A value of ASN.1's DER: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function time(text: string): Buffer {
  return der(0x18, Buffer.from(text));
}
