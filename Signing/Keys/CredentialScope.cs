using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// What a signature is good for, on the day it was made: one service, and one region, or in Signature Version 4A those of the
/// region set.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html (credential scope)
/// </summary>
/// <param name="Region">The signing region, or null in Signature Version 4A, whose scope names none.</param>
/// <param name="Service">The signing service name; its case counts.</param>
internal sealed record CredentialScope(string? Region, string Service)
{
    /// <summary>The format of the scope's day, in UTC.</summary>
    public const string DateFormat = "yyyyMMdd";

    /// <summary>Appends <c>date/[region/]service/aws4_request</c>.</summary>
    public void Write(ref ByteWriter writer, DateTimeOffset time)
    {
        writer.WriteTime(time, DateFormat);
        writer.Write((byte)'/');
        if (Region is not null)
        {
            writer.WriteLatin1(Region);
            writer.Write((byte)'/');
        }

        writer.WriteLatin1(Service);
        writer.Write((byte)'/');
        writer.WriteLatin1(AwsNames.ScopeTerminator);
    }
}
