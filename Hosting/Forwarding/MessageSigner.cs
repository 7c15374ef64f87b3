using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Signs the message that is about to be sent, as it stands: what leaves the socket is what is signed. A message can be signed
/// again; the new signature takes the old one's place.
/// </summary>
/// <param name="options">Whether to log what is signed (<c>--log-signing</c>).</param>
/// <param name="logger">Where to.</param>
/// <param name="metrics">Measures how long it takes; null for nobody.</param>
internal sealed class MessageSigner(ProxyOptions options, ILogger<MessageSigner> logger, ProxyMetrics? metrics)
{
    /// <summary>Signs a message; leaves one alone that is not to be signed.</summary>
    public void Sign(HttpRequestMessage message, OutgoingRequest outgoing)
    {
        if (outgoing is not { Upstream: { Signer: { } signer, Target: var target, Clock: var clock }, Credentials: { } credentials })
        {
            // Whoever signed it joined the lines of a header as they are joined here.
            ArrayPool<SignedHeader>.Shared.Return(Collect(message, out _), clearArray: true);
            return;
        }

        var startedAt = Stopwatch.GetTimestamp();
        outgoing.SignedAt = clock.Now;
        foreach (var name in SignedHeader.ReplacedNames)
            message.Headers.Remove(name);

        var headers = Collect(message, out var count);
        SigningInstructions instructions;
        try
        {
            instructions = signer.Sign(
                message.Method.Method, outgoing.Target, target.Authority, headers.AsSpan(0, count),
                outgoing.Payload.Hash, outgoing.Payload.CallerSentHash, credentials, outgoing.SignedAt);
        }
        finally
        {
            ArrayPool<SignedHeader>.Shared.Return(headers, clearArray: true);
        }

        Apply(instructions, message.Headers);
        message.RequestUri = instructions.QueryParameters is { } parameters
            ? OutgoingTarget.ToUri(target, outgoing.Target.WithParameters(parameters))
            : outgoing.Uri;
        metrics?.Signed(startedAt);
        outgoing.Payload.ChunksToSign?.SignWith(signer.SignChunks(instructions, credentials, outgoing.SignedAt));
        if (options.LogSigning && Explain(message, outgoing) is { } explanation)
            Log.Signed(logger, message.Method.Method, TerminalText.Sanitize(outgoing.Target.Path), TerminalText.SanitizeLines(explanation.ToString()), outgoing.Record.Id);
    }

    /// <summary>What the signature of a message was made of; null for one that is not signed.</summary>
    public static SigningExplanation? Explain(HttpRequestMessage message, OutgoingRequest outgoing)
    {
        if (outgoing is not { Upstream.Signer: { } signer, Credentials: { } credentials })
            return null;
        var headers = Collect(message, out var count);
        try
        {
            return signer.Explain(
                message.Method.Method, outgoing.Target, outgoing.Upstream.Target.Authority, headers.AsSpan(0, count),
                outgoing.Payload.Hash, outgoing.Payload.CallerSentHash, credentials, outgoing.SignedAt);
        }
        finally
        {
            ArrayPool<SignedHeader>.Shared.Return(headers, clearArray: true);
        }
    }

    /// <summary>The headers that are signed, but for those that signing adds, in a pooled array.</summary>
    private static SignedHeader[] Collect(HttpRequestMessage message, out int count)
    {
        var signed = ArrayPool<SignedHeader>.Shared.Rent(
            message.Headers.NonValidated.Count + (message.Content?.Headers.NonValidated.Count ?? 0));
        count = Collect(message.Headers, signed, 0);
        if (message.Content is { } content)
            count = Collect(content.Headers, signed, count);
        return signed;
    }

    /// <summary>
    /// Collects from one collection. A header that came in several lines is sent as one, joined by a comma (RFC 9110, 5.3), since
    /// the handler would join the lines with a comma and a space, which is not what callers sign or store.
    /// </summary>
    private static int Collect(HttpHeaders headers, SignedHeader[] signed, int count)
    {
        List<KeyValuePair<string, string>>? joined = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!SignedHeader.Includes(name) || SignedHeader.Replaces(name))
                continue;
            var value = values.Count > 1 ? string.Join(',', values) : values.ToString();
            if (values.Count > 1)
                (joined ??= []).Add(new(name, value));
            signed[count++] = new SignedHeader(name.ToLowerInvariant(), value);
        }

        foreach (var (name, value) in joined ?? [])
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }

        return count;
    }

    private static void Apply(SigningInstructions instructions, HttpRequestHeaders headers)
    {
        if (instructions.Date is { } date)
            headers.TryAddWithoutValidation(AwsNames.DateHeader, date);
        if (instructions.SecurityToken is { } token)
            headers.TryAddWithoutValidation(AwsNames.SecurityTokenHeader, token);
        if (instructions.RegionSet is { } regionSet)
            headers.TryAddWithoutValidation(AwsNames.RegionSetHeader, regionSet);
        if (instructions.ContentSha256 is { } hash)
            headers.TryAddWithoutValidation(AwsNames.ContentSha256Header, hash);
        if (instructions.Authorization is { } authorization)
            headers.TryAddWithoutValidation(AwsNames.AuthorizationHeader, authorization);
    }
}
