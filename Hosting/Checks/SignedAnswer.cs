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

    /// <summary>What was signed, to be compared with what AWS made of it.</summary>
    public SigningExplanation? Signed { get; init; }

    /// <summary>Cleans what the target says.</summary>
    public SecretFilter Secrets { get; init; } = new(null);

    /// <summary>Status and error code.</summary>
    public string Name => Error is { Code.Length: > 0 } ? $"{Status} {Secrets.Clean(Error.Code)}" : $"{Status}";

    /// <summary>What the target says of it, in quotes, or nothing.</summary>
    public string Quote => Error is { Message.Length: > 0 } ? $": \"{Secrets.Clean(Error.Message)}\"" : "";
}
