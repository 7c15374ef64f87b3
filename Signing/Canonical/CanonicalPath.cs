namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// The canonical URI: the second line of a canonical request. Only the canonical request has it; the path that is sent
/// stays byte for byte the caller's.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 1)
/// </summary>
internal static class CanonicalPath
{
    /// <summary>Appends the canonical form of a path as it is sent: absolute, percent-encoded, without query.</summary>
    public static void Write(ref ByteWriter writer, ReadOnlySpan<char> path, SigningOptions options)
    {
        var start = writer.Length;
        if (options.PathNormalization == PathNormalization.RemoveDotSegments)
            WriteNormalized(ref writer, path, options);
        else
            WriteSegment(ref writer, path, options);

        if (writer.Length == start)
            writer.Write((byte)'/');
    }

    /// <summary>
    /// Segment by segment, as RFC 3986, 5.2.4 removes dot segments, and empty segments with them. The path ends with a
    /// slash where the caller's ended with one or with a dot segment.
    /// </summary>
    private static void WriteNormalized(ref ByteWriter writer, ReadOnlySpan<char> path, SigningOptions options)
    {
        var start = writer.Length;
        var endsWithSlash = false;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            endsWithSlash = segment is "" or "." or "..";
            if (segment is "..")
                writer.Truncate(start + Math.Max(0, writer.Written[start..].LastIndexOf((byte)'/')));
            else if (!endsWithSlash)
            {
                writer.Write((byte)'/');
                WriteSegment(ref writer, segment, options);
            }
        }

        if (endsWithSlash)
            writer.Write((byte)'/');
    }

    /// <summary>Encodes all but slashes, after decoding where the path is encoded once.</summary>
    private static void WriteSegment(ref ByteWriter writer, ReadOnlySpan<char> text, SigningOptions options)
    {
        while (!text.IsEmpty)
        {
            var taken = 1;
            if (text[0] == '/')
                writer.Write((byte)'/');
            else if (options.PathEncoding == PathEncoding.Once && UriEncoder.TryDecode(text, out var decoded))
            {
                taken = 3;
                // An encoded slash is a slash of the key: S3 decodes the path before it builds its canonical request.
                if (decoded == '/')
                    writer.Write(decoded);
                else
                    UriEncoder.WriteEncoded(ref writer, decoded);
            }
            else if (text[0] == '+' && options.PlusInPath == PlusInPath.Space)
                UriEncoder.WriteEncoded(ref writer, (byte)' ');
            else
                taken = UriEncoder.WriteEncoded(ref writer, text);

            text = text[taken..];
        }
    }
}
