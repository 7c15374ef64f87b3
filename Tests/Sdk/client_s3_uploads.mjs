// Every way in which @aws-sdk/client-s3 uploads to S3, and the way back.
//
// client_s3_uploads.mjs ENDPOINT FOLDER: the folder holds the files that are sent. Writes `KEY MODE` for every PUT, the mode
// being the x-amz-content-sha256 that the SDK sends. A key is CASE/FILE, so that who holds the objects knows what must be in
// them. Ends with a status that is not 0 at the first thing that is not as it should be.

import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
    DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";

const [endpoint, folder] = process.argv.slice(2);
const Bucket = "bucket";

function client(options = {}) {
    const made = new S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1, ...options });
    made.middlewareStack.add((next) => (args) => {
        const { method, path, headers } = args.request;
        if (method === "PUT") console.log(decodeURIComponent(path).split("/").slice(2).join("/"), headers["x-amz-content-sha256"]);
        return next(args);
    }, { step: "deserialize", priority: "low" });
    return made;
}

async function comesBack(s3, Key) {
    const sent = readFileSync(join(folder, Key.split("/").at(-1)));
    assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength, sent.length, Key);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.ok(sent.equals(await Body.transformToByteArray()), Key);
}

async function put(s3, Key, Body, options = {}) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...options }));
    await comesBack(s3, Key);
}

async function uploadInParts(s3, Key, Body, options = {}) {
    await new Upload({ client: s3, params: { Bucket, Key, Body, ...options }, partSize: 5 << 20, queueSize: 2 }).done();
    await comesBack(s3, Key);
}

/** What a stream of which nothing is known beforehand is made of. */
function* pieces(bytes, size = 10_000) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const supported = client();
const required = client({ requestChecksumCalculation: "WHEN_REQUIRED" });
for (const name of ["empty", "small", "medium"]) {
    const bytes = readFileSync(join(folder, name));
    await put(supported, `crc32/buffer/${name}`, bytes);
    await put(supported, `stream/${name}`, createReadStream(join(folder, name)));
    await put(required, `required buffer/${name}`, bytes);
    await put(required, `required stream/${name}`, createReadStream(join(folder, name)));
    await put(supported, `pieces/${name}`, Readable.from(pieces(bytes)), { ContentLength: bytes.length });
}
await put(supported, "string/text", readFileSync(join(folder, "text"), "utf8"));

// Pieces that S3 would not take as chunks, which the SDK makes larger ones of.
const medium = readFileSync(join(folder, "medium"));
await put(client({ requestStreamBufferSize: 65_536 }), "buffered pieces/medium",
    Readable.from(pieces(medium, 5_000)), { ContentLength: medium.length });

for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
    const name = algorithm.toLowerCase();
    await put(supported, `${name}/stream/medium`, createReadStream(join(folder, "medium")), { ChecksumAlgorithm: algorithm });
    await put(required, `${name}/small`, readFileSync(join(folder, "small")), { ChecksumAlgorithm: algorithm });
    await uploadInParts(supported, `${name}/parts/large`, createReadStream(join(folder, "large")), { ChecksumAlgorithm: algorithm });
}
await uploadInParts(required, "required parts/large", Readable.from(pieces(readFileSync(join(folder, "large")))));
await uploadInParts(supported, "one part/small", readFileSync(join(folder, "small")));

const gone = ["one", "two", "three"].map((name) => `gone/${name} +%2F\u00e9`);
for (const Key of gone) await supported.send(new PutObjectCommand({ Bucket, Key, Body: "" }));
const listed = (await supported.send(new ListObjectsV2Command({ Bucket, Prefix: "gone/" }))).Contents.map((entry) => entry.Key);
assert.deepEqual(listed, [...gone].sort());
await supported.send(new DeleteObjectCommand({ Bucket, Key: listed[0] }));
await supported.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: listed.slice(1).map((Key) => ({ Key })) } }));
