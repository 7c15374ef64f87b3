using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4A: <see cref="RequestSigner"/> with a key that is good for every region and day,
/// ECDSA over P-256, and the regions in a header or parameter of their own. Two signatures of one request differ.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
/// </summary>
/// <param name="service">The signing service name; its case counts.</param>
/// <param name="regionSet">Where a signature is good: regions joined by commas, <c>*</c> standing for any characters.</param>
/// <param name="location">Where requests carry their signature.</param>
/// <param name="expires">How long a signature in the query is good for, 1 second to 7 days; of no meaning in the header.</param>
internal sealed class SigV4aSigner(
    string service, string regionSet, SignatureLocation location = SignatureLocation.Header, TimeSpan expires = default)
    : RequestSigner(SignatureVersion.V4a, new CredentialScope(Region: null, service), regionSet, location, expires)
{
    private readonly EcdsaSigningKeyCache _keys = new(EcdsaSigningKey.Derive);

    /// <inheritdoc/>
    public override ChunkSigner SignChunks(SigningInstructions signed, SigningCredentials credentials, DateTimeOffset time) =>
        new SigV4aChunkSigner(credentials, time, Scope, signed.HeaderSignature);

    /// <inheritdoc/>
    protected override int ComputeSignature(
        ReadOnlySpan<byte> stringToSign, SigningCredentials credentials, DateTimeOffset time, Span<byte> signature) =>
        _keys.Sign(credentials, stringToSign, signature);
}
