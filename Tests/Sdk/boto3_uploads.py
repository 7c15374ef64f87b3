"""Every way in which boto3 uploads to S3, and the way back.

boto3_uploads.py ENDPOINT FOLDER: the folder holds the files that are sent. Writes `KEY MODE` for every PUT, the mode being
the x-amz-content-sha256 that boto3 sends. A key is CASE/FILE, so that who holds the objects knows what must be in them.
Ends with a status that is not 0 at the first thing that is not as it should be.
"""

import io
import pathlib
import sys
import urllib.parse

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

ENDPOINT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
BUCKET = "bucket"
PARTS = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=2)


def client(checksums="when_supported", **s3):
    """A client; boto3 before 1.36 knows no such setting, and sends a checksum when it is told to alone."""
    options = {"s3": {"addressing_style": "path", **s3}, "retries": {"total_max_attempts": 1}}
    try:
        config = Config(request_checksum_calculation=checksums, **options)
    except TypeError:
        config = Config(**options)
    made = boto3.client("s3", endpoint_url=ENDPOINT, config=config)
    made.meta.events.register("before-send.s3", report)
    return made


def report(request, **_):
    if request.method == "PUT":
        mode = request.headers["X-Amz-Content-SHA256"]
        key = urllib.parse.unquote(urllib.parse.urlsplit(request.url).path).split("/", 2)[2]
        print(key, mode.decode() if isinstance(mode, bytes) else mode, flush=True)


def comes_back(s3, key, **options):
    sent = (FOLDER / key.split("/")[-1]).read_bytes()
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] == len(sent), key
    assert s3.get_object(Bucket=BUCKET, Key=key, **options)["Body"].read() == sent, key


def put(s3, case, as_stream, **options):
    for name in ("empty", "small", "medium"):
        with open(FOLDER / name, "rb") as file:
            s3.put_object(Bucket=BUCKET, Key=f"{case}/{name}", Body=file if as_stream else file.read(), **options)
        comes_back(s3, f"{case}/{name}")


class Pipe(io.RawIOBase):
    """A stream that cannot be read twice."""

    def __init__(self, data):
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(buffer)


default = client()
put(default, "default bytes", as_stream=False)
put(default, "default stream", as_stream=True)

put(client("when_required", payload_signing_enabled=True), "signed", as_stream=True)
put(client("when_required", payload_signing_enabled=False), "unsigned", as_stream=True)

for algorithm in ("CRC32", "SHA1", "SHA256"):
    put(default, algorithm.lower(), as_stream=True, ChecksumAlgorithm=algorithm)
    comes_back(default, f"{algorithm.lower()}/small", ChecksumMode="ENABLED")
    default.upload_file(
        str(FOLDER / "large"), BUCKET, f"{algorithm.lower()}/parts/large", Config=PARTS, ExtraArgs={"ChecksumAlgorithm": algorithm})
    comes_back(default, f"{algorithm.lower()}/parts/large")

default.upload_file(str(FOLDER / "large"), BUCKET, "default/parts/large", Config=PARTS)
default.download_file(BUCKET, "default/parts/large", str(FOLDER / "back"), Config=PARTS)
assert (FOLDER / "back").read_bytes() == (FOLDER / "large").read_bytes()
for name in ("small", "large"):
    default.upload_fileobj(Pipe((FOLDER / name).read_bytes()), BUCKET, f"default pipe/{name}", Config=PARTS)
    comes_back(default, f"default pipe/{name}")

for name in ("one", "two", "three"):
    default.put_object(Bucket=BUCKET, Key=f"gone/{name} +%2F\u00e9", Body=b"")
listed = [entry["Key"] for entry in default.list_objects_v2(Bucket=BUCKET, Prefix="gone/")["Contents"]]
assert listed == sorted(f"gone/{name} +%2F\u00e9" for name in ("one", "two", "three")), listed
default.delete_object(Bucket=BUCKET, Key=listed[0])
default.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in listed[1:]]})
