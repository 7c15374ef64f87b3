using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// What <see cref="ProxyEndpoint"/> found out about a request, for those who turn it into a message, sign it, send it and look at
/// its answer.
/// </summary>
/// <param name="Upstream">Where it goes and what signs it.</param>
/// <param name="Uri">The URI it goes to, but for a signature in the query.</param>
/// <param name="Target">Path and query of that URI.</param>
/// <param name="Payload">The body.</param>
/// <param name="Body">The same on its way at first, or null when there is none.</param>
/// <param name="Credentials">What it is signed with at first; null where it is not signed.</param>
/// <param name="Deadline">Its time limits.</param>
internal sealed record OutgoingRequest(
    Upstream Upstream, Uri Uri, RequestTarget Target, Payload Payload, OutgoingBody? Body, SigningCredentials? Credentials,
    RequestDeadline Deadline)
{
    /// <summary>The body on its way, the second time anew; null when there is none.</summary>
    public OutgoingBody? Body { get; set; } = Body;

    /// <summary>What it is signed with, the second time perhaps with others than the first; null where it is not signed.</summary>
    public SigningCredentials? Credentials { get; set; } = Credentials;

    /// <summary>What is noted of it.</summary>
    public required RequestRecord Record { get; init; }

    /// <summary>When it was signed last.</summary>
    public DateTimeOffset SignedAt { get; set; }

    /// <summary>Whether the upstream's answer has gone to the caller, all of it.</summary>
    public bool IsAnswered { get; set; }
}
