using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>What the target answered to the request of the check, and what that request was signed for.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Error">The error in its body, or null where none can be read.</param>
internal sealed record SignedAnswer(int Status, AwsError? Error)
{
    /// <summary>Method and path of the request.</summary>
    public required string Request { get; init; }

    /// <summary>The service that was signed for; null when nothing was signed.</summary>
    public string? Service { get; init; }

    /// <summary>The region that was signed for; null when nothing was signed, or the scope has none (Signature Version 4A).</summary>
    public string? Region { get; init; }

    /// <summary>The target's host where it is asked without TLS, or null.</summary>
    public string? PlainHost { get; init; }

    /// <summary>Where a redirect leads, or null.</summary>
    public string? Location { get; init; }

    /// <summary>What S3 says of the bucket's region in a header, or null.</summary>
    public string? BucketRegion { get; init; }

    /// <summary>What can be quoted of the body, or null (<see cref="QuotedBody"/>).</summary>
    public string? Line { get; init; }

    /// <summary>What was signed, to be compared with what AWS made of it.</summary>
    public SigningExplanation? Signed { get; init; }

    /// <summary>Cleans what the target says.</summary>
    public SecretFilter Secrets { get; init; } = new(null);

    /// <summary>Status and error code.</summary>
    public string Name => Error is { Code.Length: > 0 } ? $"{Status} {Secrets.Clean(Error.Code)}" : $"{Status}";

    /// <summary>What the target says of it, in quotes, or nothing.</summary>
    public string Quote => Error is { Message.Length: > 0 } ? $": \"{Secrets.Clean(Error.Message)}\"" : "";

    /// <summary>The same; of an answer in which no error can be read, what its body begins with.</summary>
    public string QuoteOfAny => Error is null or { IsOfHeader: true, Message: "" } && Line is not null ? $": \"{Secrets.Clean(Line)}\"" : Quote;
}
