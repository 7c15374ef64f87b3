using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Demo;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A request without the chunks of its body, or why S3 would refuse it: one of the two.</summary>
/// <param name="Request">
/// The data as its body, the trailers as headers, nothing left that speaks of chunks; as it came when it has none.
/// </param>
/// <param name="Refusal">S3's error code and what is wrong.</param>
internal sealed record DecodedRequest(ReceivedRequest? Request, string? Refusal);

/// <summary>
/// Checks and decodes an aws-chunked body as S3 does, behind a head that <see cref="SignatureVerifier"/> accepted: framing,
/// lengths, trailers, and where they are signed the signature of every chunk and of the trailers. Written from the
/// documentation alone and, on purpose, without a line of <c>Signing/</c>, slow and plain.
/// Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html
/// </summary>
/// <param name="secretAccessKey">The secret that signed the head.</param>
internal sealed class ChunkVerifier(string secretAccessKey)
{
    private const string Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string EcdsaSigned = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
    private const string EcdsaSignedTrailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /// <summary>Checks and decodes one request.</summary>
    public DecodedRequest Decode(ReceivedRequest request)
    {
        try
        {
            return request.Header("x-amz-content-sha256") switch
            {
                Signed => new(Decode(request, new HmacChain(request, secretAccessKey), hasTrailers: false), null),
                SignedTrailer => new(Decode(request, new HmacChain(request, secretAccessKey), hasTrailers: true), null),
                EcdsaSigned => new(Decode(request, new EcdsaChain(request, secretAccessKey), hasTrailers: false), null),
                EcdsaSignedTrailer => new(Decode(request, new EcdsaChain(request, secretAccessKey), hasTrailers: true), null),
                UnsignedTrailer => new(Decode(request, null, hasTrailers: true), null),
                _ => new(request, null),
            };
        }
        catch (FormatException refusal)
        {
            return new(null, refusal.Message);
        }
    }

    private static ReceivedRequest Decode(ReceivedRequest request, SignatureChain? signatures, bool hasTrailers)
    {
        var body = new Pieces(request.Body);
        var data = Data(body, signatures);
        var trailers = Trailers(body);
        if (signatures is not null && hasTrailers)
            TakeSignature(trailers, signatures);

        var announced = List(request, "x-amz-trailer");
        Demand(announced.Select(name => name.ToLowerInvariant()).Order().SequenceEqual(trailers.Select(t => t.Key.ToLowerInvariant()).Order()),
            $"MalformedTrailerError: x-amz-trailer announces '{string.Join(',', announced)}', and {trailers.Count} came");
        Demand(hasTrailers || trailers.Count == 0, "MalformedTrailerError: x-amz-content-sha256 speaks of no trailers");
        var length = request.Header("x-amz-decoded-content-length");
        Demand(length is not null, "MissingContentLength: x-amz-decoded-content-length is missing");
        Demand(length == $"{data.Length}", $"IncompleteBody: x-amz-decoded-content-length is {length}, and {data.Length} bytes came");
        return WithoutChunks(request, data, trailers);
    }

    private static byte[] Data(Pieces body, SignatureChain? signatures)
    {
        var data = new MemoryStream();
        for (var (size, before) = (-1, 8192); size != 0; before = size)
        {
            var header = body.TakeLine().Split(";chunk-signature=");
            size = SizeOf(header[0]);
            var chunk = body.Take(size);
            data.Write(chunk);
            Demand(size == 0 || body.TakeLine().Length == 0, "IncompleteBody: a chunk is longer than its size");
            Demand(size == 0 || before >= 8192, "InvalidChunkSizeError: only the last chunk may be smaller than 8192 bytes");
            Demand(header.Length == (signatures is null ? 1 : 2), "IncompleteBody: a chunk has no signature, or one that is not due");
            signatures?.Check("PAYLOAD", $"{Hash([])}\n{Hash(chunk)}", header[1]);
        }

        return data.ToArray();
    }

    private static List<KeyValuePair<string, string>> Trailers(Pieces body)
    {
        List<KeyValuePair<string, string>> trailers = [];
        for (var line = body.TakeLine(); line.Length > 0; line = body.TakeLine())
        {
            var parts = line.Split(':', 2);
            Demand(parts.Length == 2, "MalformedTrailerError: a trailer is not 'name:value'");
            trailers.Add(new(parts[0], parts[1]));
        }

        Demand(body.AtEnd, "IncompleteBody: there are bytes behind the end");
        return trailers;
    }

    /// <summary>
    /// Takes the signature of the trailers from their end and checks it. They must come as they are signed, names in small
    /// letters and no white space: what S3 makes of others is nowhere said.
    /// </summary>
    private static void TakeSignature(List<KeyValuePair<string, string>> trailers, SignatureChain signatures)
    {
        Demand(trailers.Count > 1 && trailers[^1].Key == "x-amz-trailer-signature",
            "MalformedTrailerError: there is no trailer, or x-amz-trailer-signature is not the last");
        var signature = trailers[^1].Value;
        trailers.RemoveAt(trailers.Count - 1);
        Demand(trailers.All(t => !t.Key.Any(char.IsAsciiLetterUpper) && t.Value == t.Value.Trim()),
            "MalformedTrailerError: a trailer does not come as it is signed");
        var lines = string.Concat(trailers.Select(t => $"{t.Key}:{t.Value}\n"));
        signatures.Check("TRAILER", Hash(Encoding.Latin1.GetBytes(lines)), signature);
    }

    private static ReceivedRequest WithoutChunks(ReceivedRequest request, byte[] data, List<KeyValuePair<string, string>> trailers)
    {
        string[] ofChunks = ["content-encoding", "x-amz-decoded-content-length", "x-amz-trailer"];
        var encodings = List(request, "content-encoding")
            .Where(encoding => !encoding.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase)).ToArray();
        var headers = request.Headers.Where(h => !ofChunks.Contains(h.Key.ToLowerInvariant()))
            .Concat(trailers.Select(t => KeyValuePair.Create(t.Key.Trim(), t.Value.Trim())));
        if (encodings.Length > 0)
            headers = headers.Append(new("content-encoding", string.Join(", ", encodings)));
        return request with { Body = data, Headers = [.. headers] };
    }

    private static string[] List(ReceivedRequest request, string header) =>
        (request.Header(header) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int SizeOf(string text)
    {
        var isNumber = int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size);
        Demand(isNumber && size >= 0, "IncompleteBody: a chunk's size is not a hexadecimal number");
        return size;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Demand(bool holds, string refusal)
    {
        if (!holds)
            throw new FormatException(refusal);
    }

    /// <summary>The signatures of one request: its head's first, then each over the one before.</summary>
    private abstract class SignatureChain
    {
        private readonly ReceivedRequest _request;
        private readonly string _algorithm;
        private string _previous;

        protected SignatureChain(ReceivedRequest request, string algorithm)
        {
            (_request, _algorithm) = (request, algorithm);
            var authorization = request.Header("authorization")!;
            Demand(authorization.Split(' ')[0] == algorithm, $"SignatureDoesNotMatch: chunks of {algorithm} behind a head signed otherwise");
            (AccessKeyId, Scope) = authorization.Split("Credential=")[1].Split(',')[0].Split('/', 2) switch { var parts => (parts[0], parts[1]) };
            _previous = authorization.Split("Signature=")[1];
        }

        protected string AccessKeyId { get; }

        protected string Scope { get; }

        public void Check(string what, string hashes, string signature)
        {
            var stringToSign = $"{_algorithm}-{what}\n{_request.Header("x-amz-date")}\n{Scope}\n{_previous}\n{hashes}";
            _previous = Unpad(signature);
            Demand(IsGood(stringToSign, _previous), $"SignatureDoesNotMatch: the string to sign should have been\n{stringToSign}");
        }

        protected abstract string Unpad(string signature);

        protected abstract bool IsGood(string stringToSign, string signature);
    }

    private sealed class HmacChain(ReceivedRequest request, string secretAccessKey) : SignatureChain(request, "AWS4-HMAC-SHA256")
    {
        protected override string Unpad(string signature) => signature;

        protected override bool IsGood(string stringToSign, string signature)
        {
            var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
            foreach (var step in (string[])[.. Scope.Split('/'), stringToSign])
                key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
            return signature == Convert.ToHexStringLower(key);
        }
    }

    /// <summary>
    /// Signature Version 4A, whose signatures are filled up to 144 characters:
    /// https://github.com/awslabs/aws-c-auth, source/aws_signing.c
    /// </summary>
    private sealed class EcdsaChain : SignatureChain
    {
        private readonly EcdsaVerifier _verifier;

        public EcdsaChain(ReceivedRequest request, string secretAccessKey)
            : base(request, "AWS4-ECDSA-P256-SHA256") => _verifier = new EcdsaVerifier(AccessKeyId, secretAccessKey);

        protected override string Unpad(string signature)
        {
            Demand(signature.Length == 144, "IncompleteBody: a signature is not filled up to 144 characters");
            return signature.TrimEnd('*');
        }

        protected override bool IsGood(string stringToSign, string signature) => _verifier.Verifies(stringToSign, signature);
    }

    /// <summary>A body that is taken from its beginning, piece by piece.</summary>
    private sealed class Pieces(byte[] body)
    {
        private int _at;

        public bool AtEnd => _at == body.Length;

        /// <summary>The next bytes.</summary>
        public byte[] Take(int count)
        {
            Demand(count <= body.Length - _at, "IncompleteBody: it ends in the middle of a chunk");
            return body[_at..(_at += count)];
        }

        /// <summary>What stands before the next CRLF, which is taken too.</summary>
        public string TakeLine()
        {
            var length = body.AsSpan(_at).IndexOf("\r\n"u8);
            Demand(length >= 0, "IncompleteBody: it ends in the middle of a line");
            var line = Encoding.Latin1.GetString(Take(length));
            _at += 2;
            return line;
        }
    }
}
