using System.Text;
using AwsSigV4Proxy.Hosting.Demo;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// An upstream that takes requests as bytes off the socket, with no server in front that could mend them, and checks each
/// with <see cref="SignatureVerifier"/>, which shares no code with Signing. A good one is answered by 200 and the very head
/// that arrived; any other by 403 and what is wrong.
/// </summary>
internal static class EchoingAws
{
    private static readonly SignatureVerifier Verifier = new(
        TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken, TimeProvider.System);

    /// <summary>Starts one.</summary>
    public static RawUpstream Start() => RawUpstream.Start(async (stream, stop) =>
    {
        var reader = new RawMessageReader(stream);
        while (await reader.ReadAsync(stop) is { } request)
        {
            var refusal = Refusal(request);
            var body = refusal ?? request.Head;
            await stream.WriteAsync(
                Encoding.Latin1.GetBytes($"HTTP/1.1 {(refusal is null ? "200 OK" : "403 Forbidden")}\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
                stop);
        }
    });

    private static string? Refusal(RawMessage request) =>
        request.StartLine.Split(' ') is [var method, var target, "HTTP/1.1"] && request.Lines.All(line => line.IndexOf(':', StringComparison.Ordinal) > 0)
            ? Verifier.Refusal(new ReceivedRequest(
                method, target, [.. request.Lines.Select(RawMessage.Field)], Encoding.Latin1.GetBytes(request.Body)))
            : $"This is no HTTP/1.1: {request.Head}";
}
