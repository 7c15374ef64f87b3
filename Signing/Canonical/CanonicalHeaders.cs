namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// The canonical headers and the list of signed headers: the lines of a canonical request behind the query.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 1)
/// </summary>
internal static class CanonicalHeaders
{
    /// <summary>
    /// Appends <c>name:value\n</c> for each header. The value is trimmed, of tabs too, which no server takes for a part of it
    /// (RFC 9110, 5.5); inner runs of spaces become one. The wire keeps what the caller sent.
    /// </summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="headers">Sorted by name, each name once.</param>
    public static void Write(ref ByteWriter writer, ReadOnlySpan<SignedHeader> headers)
    {
        foreach (var header in headers)
        {
            writer.WriteLatin1(header.Name);
            writer.Write((byte)':');
            WriteValue(ref writer, header.Value.AsSpan().Trim(" \t"));
            writer.Write((byte)'\n');
        }
    }

    /// <summary>Appends the names, joined by <c>;</c>.</summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="headers">Sorted by name, each name once.</param>
    public static void WriteNames(ref ByteWriter writer, ReadOnlySpan<SignedHeader> headers)
    {
        for (var i = 0; i < headers.Length; i++)
        {
            if (i > 0)
                writer.Write((byte)';');
            writer.WriteLatin1(headers[i].Name);
        }
    }

    private static void WriteValue(ref ByteWriter writer, ReadOnlySpan<char> value)
    {
        for (var run = value.IndexOf("  "); run >= 0; run = value.IndexOf("  "))
        {
            writer.WriteLatin1(value[..(run + 1)]);
            value = value[run..].TrimStart(' ');
        }

        writer.WriteLatin1(value);
    }
}
